using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Faults;
using NNLang.Emulator.Faults;
using NNLang.Emulator.Loading;
using NNLang.Machine.Devices;
using NNLang.Machine.Faults;
using NNLang.Semantics.Graph;
using NNLang.Semantics.Spelling;
using NNLang.Targets.Emulation;

namespace NNLang.Targets.Faults;

/// <summary>Faults against the network they are planted in: whether the layer they name exists, and whether they strike anything. Pure.</summary>
internal static class FaultCheck
{
    /// <summary>What is wrong with the layer that a fault names; null if nothing is, or it names none.</summary>
    public static string? LayerProblem(Network network, FaultDescription fault)
    {
        if (fault.Word("layer") is not { Length: > 0 } wanted || network.Layers.Any(layer => IsIn(layer.Path, wanted)))
        {
            return null;
        }

        var known = network.Layers.SelectMany(layer => Prefixes(layer.Path)).Distinct(StringComparer.Ordinal);
        return $"NN5012: '{network.Name}' has no layer '{wanted}'{Suggestions.Ending(Suggestions.Nearest(wanted, known))} "
            + "'nnc faults' lists what the layers can suffer.";
    }

    /// <summary>The indices of the faults that change neither the program nor anything it does. O(faults * instructions).</summary>
    public static ImmutableArray<int> Idle(CompiledNetwork compiled, DeviceDescription device, ImmutableArray<FaultDescription> faults)
    {
        if (faults.IsEmpty || !compiled.Succeeded)
        {
            return [];
        }

        var program = LoadedProgram.Load(compiled.Program, device).Require();
        return [.. Enumerable.Range(0, faults.Length).Where(i => FaultKinds.Find(faults[i].Kind) is { IsCompilerFault: true }
            ? !CompilerFaults.Acted(compiled, faults[i])
            : !FaultReach.Strikes(program, faults[i]))];
    }

    private static bool IsIn(string path, string wanted) =>
        path == wanted || (path.StartsWith(wanted, StringComparison.Ordinal) && path[wanted.Length] is '/' or '.');

    private static IEnumerable<string> Prefixes(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }

        yield return path;
    }
}
