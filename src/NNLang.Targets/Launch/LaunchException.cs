using System.Collections.Immutable;
using NNLang.Syntax;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Targets.Launch;

/// <summary>What was asked for cannot run. The message says what, where, and what to do.</summary>
public sealed class LaunchException : Exception
{
    /// <summary>A problem with one attribute of the request.</summary>
    /// <param name="attribute">The attribute it is about: program, device, faults, inputs, dims, weights.</param>
    /// <param name="message">The message; its first words say which attribute.</param>
    public LaunchException(string attribute, string message)
        : base(message) => Attribute = attribute;

    /// <summary>A problem with a value that was given for an attribute.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="place">Where in the attribute, as <c>faults[0]</c>.</param>
    /// <param name="given">The value.</param>
    /// <param name="problem">What is wrong with it, and what to do.</param>
    public LaunchException(string attribute, string place, string given, string problem)
        : base($"'{place}' is '{given}': {problem}") => (Attribute, Given, Problem) = (attribute, given, problem);

    /// <summary>Errors in the network.</summary>
    public LaunchException(string file, SyntaxTree tree, ImmutableArray<Diagnostic> errors)
        : base(Describe(file, tree, errors))
    {
        Attribute = "program";
        File = file;
        Tree = tree;
        Errors = errors;
    }

    /// <summary>Which attribute of the request it is about.</summary>
    public string Attribute { get; }

    /// <summary>The value that was given; null where the message is about something else.</summary>
    public string? Given { get; }

    /// <summary>What is wrong with the value; null without one.</summary>
    public string? Problem { get; }

    /// <summary>The file with errors; null for other problems.</summary>
    public string? File { get; }

    /// <summary>The tree that the errors' places refer to.</summary>
    public SyntaxTree? Tree { get; }

    /// <summary>The errors of the network; empty for other problems.</summary>
    public ImmutableArray<Diagnostic> Errors { get; } = [];

    private static string Describe(string file, SyntaxTree tree, ImmutableArray<Diagnostic> errors)
    {
        var first = errors[0];
        var line = tree.Text.LineOf(first.Location.Span.Start) + 1;
        return $"{Path.GetFileName(file)} has {errors.Length} error{(errors.Length == 1 ? "" : "s")}. "
            + $"The first is on line {line}: {first.Message}";
    }
}
