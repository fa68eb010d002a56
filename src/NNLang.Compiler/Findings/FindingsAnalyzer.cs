using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;

namespace NNLang.Compiler.Findings;

/// <summary>
/// Finds runtime inefficiencies of a compiled network and remedies that really help: every saving comes from compiling and simulating the
/// changed network. A remedy that saves nothing is not offered. Pure and deterministic; may take many compilations.
/// </summary>
public static class FindingsAnalyzer
{
    /// <summary>The findings of a network, by kind and saving; empty if it did not compile.</summary>
    /// <param name="compiled">The compiled network, at the default level.</param>
    /// <param name="options">How much is tried; null for the default.</param>
    public static ImmutableArray<Finding> Find(CompiledNetwork compiled, FindingOptions? options = null)
    {
        if (compiled.Plan is null)
        {
            return [];
        }

        options ??= FindingOptions.Default;
        var trial = new Trial(compiled);
        var findings = new List<Finding>();
        findings.AddRange(new AnnotationCosts(compiled, trial, options).Find());
        if (compiled.SourceOrderPlan is { } sourceOrder)
        {
            var units = new TextUnits(compiled.Network);
            findings.AddRange(new BranchOrders(compiled, sourceOrder, units, trial, options).Find());
            findings.AddRange(new SourceOrderMoves(compiled, sourceOrder, units, trial, options).Find());
        }

        // An order of branches that needs less memory is the remedy to try first.
        if (!findings.Exists(finding => finding.Kind == FindingKind.MemoryWarning) && new MemoryCap(compiled, trial, options).Find() is { } cap)
        {
            findings.Insert(findings.FindLastIndex(finding => finding.Schedule == FindingSchedule.Default) + 1, cap);
        }

        return [.. findings];
    }
}
