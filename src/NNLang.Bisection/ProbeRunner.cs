using System.Collections.Immutable;
using NNLang.Bisection.Comparison;
using NNLang.Bisection.Verdicts;
using NNLang.Tensors;

namespace NNLang.Bisection;

/// <summary>Runs probes, compares what they bring, and keeps the record. Used by one search; not thread-safe.</summary>
internal sealed class ProbeRunner(
    BisectionSubject subject, ITarget target, TimeProvider clock, IProgress<ProbeRecord>? progress, CancellationToken cancellationToken)
{
    private readonly ImmutableArray<int> _lastLayers = subject.Fused.LastLayers;
    private readonly List<ProbeRecord> _records = [];
    private readonly List<HazardReport> _hazards = [];

    public IReadOnlyList<ProbeRecord> Records => _records;

    public IReadOnlyList<HazardReport> Hazards => _hazards;

    /// <summary>The path of the last layer of a length.</summary>
    public string LayerOf(int length) => subject.Fused.Network.Layers[_lastLayers[length - 1]].Path;

    /// <summary>Compiles a length, runs it from the inputs, and compares every tensor at its cut exactly.</summary>
    public Probe FromInput(int length, bool tapped = false, bool replan = false) =>
        Run(new TargetRequest(length) { Tapped = tapped, Replan = replan }, tapped ? ProbeKind.Tapped : ProbeKind.FromInput);

    /// <summary>Runs groups <paramref name="first"/> to <paramref name="length"/> - 1, fed with the expected tensors of what lies before.</summary>
    public Probe FromReference(int first, int length) =>
        Run(new TargetRequest(length) { First = first, Feeds = FeedsOf(first, length) }, ProbeKind.FromReference);

    /// <summary>Compiles a length a second time, with instructions that write out the tensors of its last group's operations.</summary>
    public Probe Instrumented(int length, int group) =>
        Run(new TargetRequest(length) { InstrumentedGroup = group }, ProbeKind.Instrumented);

    /// <summary>Runs a length and records what the instructions of one group write.</summary>
    public Probe Traced(int length, int group) =>
        Run(new TargetRequest(length) { TracedGroup = group, Tapped = true }, ProbeKind.Tapped);

    /// <summary>The first tensor in program order that differs from the expected one; null if all are equal.</summary>
    public FailingTensor? FirstDifference(IEnumerable<KeyValuePair<GroupTensor, Tensor>> tensors)
    {
        FailingTensor? first = null;
        foreach (var (tensor, value) in tensors)
        {
            if (first is not null && first.Tensor.Group <= tensor.Group)
            {
                continue;
            }

            var difference = TensorComparer.CompareExactly(value, subject.Expectation.Exact(tensor));
            if (!difference.IsEqual)
            {
                first = new FailingTensor(tensor, difference);
            }
        }

        return first;
    }

    private Probe Run(TargetRequest request, ProbeKind kind)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var start = clock.GetTimestamp();
        TargetRun run;
        try
        {
            run = target.Run(request, cancellationToken);
        }
        catch (TargetException)
        {
            Record(request.Length, ProbeOutcome.Failed, 0, clock.GetElapsedTime(start), kind);
            throw;
        }

        foreach (var hazard in run.Hazards)
        {
            if (!_hazards.Contains(hazard))
            {
                _hazards.Add(hazard);
            }
        }

        var worst = 0.0;
        var equal = true;
        foreach (var (tensor, value) in run.Cut)
        {
            var difference = TensorComparer.CompareExactly(value, subject.Expectation.Exact(tensor));
            equal &= difference.IsEqual;
            worst = Math.Max(worst, difference.Worst?.Error ?? 0);
        }

        Record(request.Length, equal ? ProbeOutcome.Equal : ProbeOutcome.Differs, worst, clock.GetElapsedTime(start), kind);
        return new Probe(run, equal);
    }

    private void Record(int length, ProbeOutcome outcome, double worst, TimeSpan elapsed, ProbeKind kind)
    {
        var record = new ProbeRecord(length, LayerOf(length), outcome, worst, 0, elapsed.TotalSeconds, kind);
        _records.Add(record);
        progress?.Report(record);
    }

    private ImmutableDictionary<GroupTensor, Tensor> FeedsOf(int first, int length)
    {
        var feeds = ImmutableDictionary.CreateBuilder<GroupTensor, Tensor>();
        for (var group = first; group < length; group++)
        {
            AddFeeds(feeds, group, first);
        }

        return feeds.ToImmutable();
    }

    // A view before the window has no bytes of its own: a target may as well be fed with what it looks at.
    private void AddFeeds(ImmutableDictionary<GroupTensor, Tensor>.Builder feeds, int group, int first)
    {
        foreach (var operand in subject.Fused.Groups[group].Operands)
        {
            var producer = group - operand.Distance;
            if (operand.Kind != Compiler.Fuse.FusedLinkKind.Group || producer >= first)
            {
                continue;
            }

            var tensor = new GroupTensor(producer, operand.Index);
            feeds[tensor] = subject.Expectation.Exact(tensor);
            if (subject.Fused.Groups[producer].Group.Core.IsView)
            {
                AddFeeds(feeds, producer, first);
            }
        }
    }
}

/// <summary>A run and what the comparison of its cut says.</summary>
internal sealed record Probe(TargetRun Run, bool IsEqual);

/// <summary>A tensor that differs from the expected one.</summary>
internal sealed record FailingTensor(GroupTensor Tensor, TensorDifference Difference);
