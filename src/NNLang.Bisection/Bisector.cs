using System.Collections.Immutable;
using NNLang.Bisection.Comparison;
using NNLang.Bisection.Search;
using NNLang.Bisection.Verdicts;
using NNLang.Compiler.Fuse;
using NNLang.Tensors;

namespace NNLang.Bisection;

/// <summary>
/// Layer-by-layer debugging: finds the shortest length of a network whose device tensors differ from what they must be, confirms it by a
/// tapped run, judges it against the layer's meaning, and descends to the low-level operation and instruction.
/// </summary>
/// <remarks>
/// Target runs in bisect mode: one for the whole network, ceil(log2 n) for the search, one to confirm, two for the descent. A clean network
/// takes one. Not thread-safe; one instance, one search.
/// </remarks>
public sealed class Bisector(BisectionSubject subject, ITarget target, BisectionOptions options, TimeProvider clock)
{
    /// <summary>Runs the search.</summary>
    /// <param name="progress">Told of every probe as it ends.</param>
    /// <param name="cancellationToken">Ends the search between probes.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Verdict Run(IProgress<ProbeRecord>? progress, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        var probes = new ProbeRunner(subject, target, clock, progress, cancellationToken);
        Verdict verdict;
        try
        {
            verdict = Disagreement(cancellationToken) ?? Judge(probes);
        }
        catch (TargetException failed)
        {
            verdict = Conclude(VerdictKind.ToolError, failed.Message);
        }

        return verdict with
        {
            Hazards = [.. probes.Hazards],
            Probes = [.. probes.Records],
            TargetRuns = probes.Records.Count,
            Seconds = clock.GetElapsedTime(start).TotalSeconds,
        };
    }

    // Two references that disagree leave nothing to judge by: the tool says so instead of accusing a layer.
    private Verdict? Disagreement(CancellationToken cancellationToken)
    {
        if (subject.Independent is not { } independent)
        {
            return null;
        }

        var expected = subject.Meaning.Evaluate(subject.Inputs, cancellationToken);
        var other = independent.Evaluate(subject.Inputs, cancellationToken);
        for (var i = 0; i < expected.Count; i++)
        {
            var difference = TensorComparer.CompareRelative(other[i], expected[i], options.ReferenceAgreement);
            if (!difference.IsEqual)
            {
                var output = subject.Fused.Network.Outputs[i].Name;
                return Conclude(
                    VerdictKind.Inconclusive,
                    $"The references disagree about output '{output}': {independent.Name} and {subject.Meaning.Name}. "
                    + VerdictText(difference));
            }
        }

        return null;
    }

    private static string VerdictText(TensorDifference difference) => Reports.VerdictText.Describe(difference);

    private Verdict Judge(ProbeRunner probes)
    {
        var tapping = options.AllowTaps && target.Abilities.HasFlag(TargetAbilities.Taps);
        if (options.Mode == SearchMode.Tap && !tapping)
        {
            return Conclude(VerdictKind.ToolError, $"The target '{target.Name}' cannot tap tensors. Use '--mode bisect'.");
        }

        if (subject.Lengths == 0)
        {
            return Conclude(VerdictKind.Clean, "No divergence: the network has no layer.");
        }

        var whole = probes.FromInput(subject.Lengths, tapping);

        // A shorter program has another timing, and what a hazard does depends on timing: only the whole run can be judged.
        if (tapping && whole.Run.Hazards.Length > 0)
        {
            return probes.FirstDifference(whole.Run.Taps) is { } visible
                ? Accuse(probes, whole, subject.Lengths, visible.Tensor.Group, tapping)
                : JudgeMeaning(probes, whole, tapping);
        }

        var length = whole.IsEqual ? Masked(probes, tapping) : Search(probes, whole);
        if (length is null && tapping)
        {
            length = probes.FirstDifference(whole.Run.Taps) is { } masked ? masked.Tensor.Group + 1 : null;
        }

        return length is { } shortest ? Accuse(probes, whole, shortest, shortest - 1, tapping) : JudgeMeaning(probes, whole, tapping);
    }

    // What later layers hide shows at the cuts before them: taps see it in one run, a linear search length by length.
    private int? Masked(ProbeRunner probes, bool tapping) => !tapping && options.Mode == SearchMode.Linear
        ? LengthSearch.Linear(subject.Lengths - 1, length => !probes.FromInput(length, replan: options.Replan).IsEqual)
        : null;

    private int? Search(ProbeRunner probes, Probe whole)
    {
        switch (options.Mode)
        {
            case SearchMode.Tap:
                return probes.FirstDifference(whole.Run.Taps) is { } first ? first.Tensor.Group + 1 : subject.Lengths;
            case SearchMode.Linear:
                return LengthSearch.Linear(subject.Lengths - 1, length => !probes.FromInput(length, replan: options.Replan).IsEqual) ?? subject.Lengths;
            case SearchMode.Bisect when options.FromReference && whole.Run.Hazards.IsEmpty
                && target.Abilities.HasFlag(TargetAbilities.FromReference):
                return SearchWindows(probes);
            default:
                return LengthSearch.Bisect(subject.Lengths, length => !probes.FromInput(length, replan: options.Replan).IsEqual);
        }
    }

    // The window [passing, failing) holds a fault. Its front half, fed with reference tensors, either shows it or is innocent.
    private int SearchWindows(ProbeRunner probes)
    {
        var first = 0;
        var end = subject.Lengths;
        while (end - first > 1)
        {
            var middle = first + ((end - first) / 2);
            if (probes.FromReference(first, middle).IsEqual)
            {
                first = middle;
            }
            else
            {
                end = middle;
            }
        }

        return end;
    }

    // Confirms the shortest failing length: if an earlier layer diverges in a run of that length, that layer is the answer.
    private Verdict Accuse(ProbeRunner probes, Probe whole, int length, int group, bool tapping)
    {
        var run = Confirm(probes, length, group, tapping);
        if (tapping && probes.FirstDifference(run.Run.Taps) is { } earliest && earliest.Tensor.Group < group)
        {
            group = earliest.Tensor.Group;
            length = run.Run.Hazards.IsEmpty ? group + 1 : length;
            run = Confirm(probes, length, group, tapping);
        }

        var failing = probes.FirstDifference(run.Run.Taps.Where(t => t.Key.Group == group))
            ?? probes.FirstDifference(run.Run.Cut);
        if (failing is null && tapping && length < subject.Lengths)
        {
            // An instruction of a later layer, such as a load ahead of its use, may do the damage: only a longer program has it.
            length = subject.Lengths;
            run = Confirm(probes, length, group, tapping);
            if (probes.FirstDifference(run.Run.Taps) is { } first && first.Tensor.Group != group)
            {
                group = first.Tensor.Group;
                run = Confirm(probes, length, group, tapping);
            }

            failing = probes.FirstDifference(run.Run.Taps.Where(t => t.Key.Group == group));
        }

        if (failing is null)
        {
            return Conclude(
                VerdictKind.Inconclusive,
                $"Length {length} ('{probes.LayerOf(length)}') differed once and is equal when run again: the failure does not repeat.");
        }

        var tensors = run.Run.Taps.Concat(run.Run.Cut).GroupBy(t => t.Key).ToDictionary(t => t.Key, t => t.First().Value);
        var within = WithinBound(failing.Tensor, tensors);
        var descent = new DescentSearch(subject, target, probes).Run(length, failing.Tensor.Group, run.Run);
        return Divergence(failing.Tensor.Group, failing.Difference, within ?? false) with
        {
            Descent = descent,
            LayerErrors = ErrorsOf(whole.Run.Taps.IsEmpty ? run.Run.Taps : whole.Run.Taps),
        };
    }

    private Probe Confirm(ProbeRunner probes, int length, int group, bool tapping) =>
        tapping && target.Abilities.HasFlag(TargetAbilities.Trace) ? probes.Traced(length, group) : probes.FromInput(length, tapping);

    // Bits as expected everywhere. What is left is whether the fused network still means what the text says.
    private Verdict JudgeMeaning(ProbeRunner probes, Probe whole, bool tapping)
    {
        var tensors = Observed(whole);
        string? overflow = null;
        for (var group = 0; group < subject.Lengths; group++)
        {
            for (var result = 0; result < subject.Fused.Groups[group].Group.Results.Length; result++)
            {
                var tensor = new GroupTensor(group, result);
                if (Operands(tensor, tensors) is not { } operands || subject.Expectation.Enclose(tensor, operands) is not { } enclosure)
                {
                    continue;
                }

                var difference = TensorComparer.CompareWithin(tensors[tensor], enclosure);
                if (!difference.IsEqual)
                {
                    return Divergence(group, difference, false) with
                    {
                        Descent = new Descent("fuse", null, null, difference.First, 0),
                        LayerErrors = ErrorsOf(whole.Run.Taps),
                    };
                }

                if (difference.Undecided > 0)
                {
                    overflow ??= $"Layer '{probes.LayerOf(group + 1)}' may overflow: in {Plural(difference.Undecided, "element")} the terms of a sum "
                        + "exceed the largest f32 together, so rounding explains any value. Scale its weights or inputs down.";
                }
            }
        }

        if (overflow is not null)
        {
            return Conclude(VerdictKind.Inconclusive, overflow);
        }

        if (probes.Hazards.Any())
        {
            return Conclude(
                VerdictKind.Inconclusive,
                $"All tensors are equal, but the program has {Plural(probes.Hazards.Count, "hazard")}: another timing may give other tensors.");
        }

        var layers = Plural(subject.Fused.Network.Layers.Length, "layer");
        var runs = Plural(probes.Records.Count, "target run");
        return Conclude(VerdictKind.Clean, tapping || options.Mode == SearchMode.Linear
            ? $"No divergence: {layers} equal to the reference (0 ULP), {runs}."
            : $"No divergence at the outputs (0 ULP): {layers}, {runs}. Without taps, what later layers hide is seen by '--mode linear' only.") with
        {
            LayerErrors = ErrorsOf(whole.Run.Taps),
        };
    }

    // What a run showed; a tensor it did not show is as expected, or the search would have ended there.
    private Dictionary<GroupTensor, Tensor> Observed(Probe whole)
    {
        var tensors = whole.Run.Cut.Concat(whole.Run.Taps).GroupBy(t => t.Key).ToDictionary(t => t.Key, t => t.First().Value);
        for (var group = 0; group < subject.Lengths; group++)
        {
            for (var result = 0; result < subject.Fused.Groups[group].Group.Results.Length; result++)
            {
                var tensor = new GroupTensor(group, result);
                tensors.TryAdd(tensor, subject.Expectation.Exact(tensor));
            }
        }

        return tensors;
    }

    private bool? WithinBound(GroupTensor tensor, Dictionary<GroupTensor, Tensor> tensors) =>
        Operands(tensor, tensors) is { } operands && subject.Expectation.Enclose(tensor, operands) is { } enclosure
            ? TensorComparer.CompareWithin(tensors[tensor], enclosure) is { IsEqual: true, Undecided: 0 }
            : null;

    private ImmutableArray<Tensor?>? Operands(GroupTensor tensor, Dictionary<GroupTensor, Tensor> tensors)
    {
        var instance = subject.Fused.Groups[tensor.Group];
        var operands = ImmutableArray.CreateBuilder<Tensor?>(instance.Operands.Length);
        foreach (var operand in instance.Operands)
        {
            if (operand.Kind == FusedLinkKind.NetworkInput)
            {
                operands.Add(subject.Inputs[operand.Index]);
            }
            else if (operand.Kind == FusedLinkKind.Group)
            {
                if (!tensors.TryGetValue(new GroupTensor(tensor.Group - operand.Distance, operand.Index), out var value))
                {
                    return null;
                }

                operands.Add(value);
            }
            else
            {
                operands.Add(null);
            }
        }

        return operands.ToImmutable();
    }

    private ImmutableArray<LayerError> ErrorsOf(ImmutableArray<KeyValuePair<GroupTensor, Tensor>> taps)
    {
        var last = subject.Fused.LastLayers;
        var errors = ImmutableArray.CreateBuilder<LayerError>(taps.Length);
        var tensors = options.MeasureBounds ? taps.ToDictionary(t => t.Key, t => t.Value) : [];
        foreach (var (tensor, value) in taps)
        {
            var difference = TensorComparer.CompareExactly(value, subject.Expectation.Exact(tensor));
            var bound = options.MeasureBounds && Operands(tensor, tensors) is { } operands && subject.Expectation.Enclose(tensor, operands) is { } enclosure
                ? TensorComparer.LargestBound(enclosure)
                : 0;
            errors.Add(new LayerError(subject.Fused.Network.Layers[last[tensor.Group]].Path, difference.Worst?.Error ?? 0, bound));
        }

        return errors.ToImmutable();
    }

    private Verdict Divergence(int group, TensorDifference difference, bool within)
    {
        var network = subject.Fused.Network;
        var last = subject.Fused.LastLayers[group];
        var layer = network.Layers[last];
        var place = subject.Locate(last);
        var fused = subject.Fused.Groups[group].Layers
            .Where(distance => distance != 0)
            .Select(distance => network.Layers[last - distance].Path);
        return Conclude(
            VerdictKind.Divergence,
            $"Layer '{layer.Path}' differs from the reference: "
            + $"{Reports.Quantity.Count(difference.Wrong)} of {Reports.Quantity.Count(difference.Elements)} elements.") with
        {
            Layer = new FaultyLayer(
                layer.Path, last, layer.Operation.Operator.Name, place?.File ?? subject.File, place?.Line, subject.OnnxName(last), [.. fused])
            {
                Text = place?.Text,
            },
            Difference = difference,
            WithinBound = within,
        };
    }

    private Verdict Conclude(VerdictKind kind, string summary) => new()
    {
        Kind = kind,
        WithinBound = kind == VerdictKind.Clean,
        Network = subject.Fused.Network.Name,
        Device = subject.Device,
        Layers = subject.Fused.Network.Layers.Length,
        Summary = summary,
    };

    private static string Plural(long count, string noun) => $"{Reports.Quantity.Count(count)} {noun}{(count == 1 ? "" : "s")}";
}
