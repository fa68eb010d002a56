using System.Collections.Immutable;
using NNLang.Compiler.Findings;
using NNLang.Syntax.Diagnostics;
using NNLang.Syntax.Green;

namespace NNLang.Workspaces.Schedules;

/// <summary>
/// An inefficiency tied to the text: everything in it is relative to statements, so that it holds in later versions that left those statements
/// alone. Immutable, thread-safe.
/// </summary>
/// <param name="Finding">What was found; its layer numbers are those of the network it was found in.</param>
/// <param name="Diagnostic">What is shown in the text; its places are relative to statements.</param>
/// <param name="Change">The change of the text that was tried; null where the text cannot be changed that way.</param>
public sealed record ScheduleFinding(Finding Finding, Diagnostic Diagnostic, TextRemedy? Change)
{
    /// <summary>Whether the text shows it; the rest stands in the schedule panel only.</summary>
    public bool IsShown => Finding.Kind != FindingKind.PanelOnly;
}

/// <summary>A change of the text that removes an inefficiency, told by statements. Closed family; immutable.</summary>
public abstract record TextRemedy
{
    private TextRemedy()
    {
    }

    /// <summary>Moves a statement of a body.</summary>
    /// <param name="Statement">What moves.</param>
    /// <param name="Target">Where it goes: a statement of the same body.</param>
    /// <param name="Above">Whether it goes above the target; else below.</param>
    public sealed record Move(GreenNode Statement, GreenNode Target, bool Above) : TextRemedy;

    /// <summary>Takes an annotation away.</summary>
    /// <param name="Place">The annotated operation.</param>
    /// <param name="Annotation">The name of the annotation.</param>
    public sealed record RemoveAnnotation(SyntaxLocation Place, string Annotation) : TextRemedy;

    /// <summary>Puts statements into another order on the lines that they have together.</summary>
    /// <param name="Statements">The statements in the new order.</param>
    public sealed record Reorder(ImmutableArray<GreenNode> Statements) : TextRemedy
    {
        /// <inheritdoc/>
        public bool Equals(Reorder? other) => other is not null && Statements.AsSpan().SequenceEqual(other.Statements.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode() => Statements.Length;
    }
}
