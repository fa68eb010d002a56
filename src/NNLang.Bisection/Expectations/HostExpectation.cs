using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Lowered;
using NNLang.Operators.Model;
using NNLang.Reference;
using NNLang.Reference.Lowered;
using NNLang.Tensors;

namespace NNLang.Bisection.Expectations;

/// <summary>
/// The expectation from the interpreters of <c>NNLang.Reference</c>: the fused network in the device's arithmetic, the catalogue's error rules,
/// and the lowered operations. Tensors are computed once and kept. Not thread-safe.
/// </summary>
public sealed class HostExpectation : IExpectation
{
    private readonly CompiledNetwork _compiled;
    private readonly SourceReader _sources;
    private readonly IReadOnlyList<Tensor> _inputs;
    private readonly Lazy<ImmutableArray<Tensor>> _exact;
    private readonly int[] _instanceOfGroup;
    private readonly int[] _firstOperation;
    private readonly Dictionary<int, LoweredExpectation> _lowered = [];

    /// <summary>Prepares a compiled network.</summary>
    public HostExpectation(CompiledNetwork compiled, SourceReader sources, IReadOnlyList<Tensor> inputs)
    {
        _compiled = compiled;
        _sources = sources;
        _inputs = inputs;
        var fused = compiled.Fused!;
        _exact = new Lazy<ImmutableArray<Tensor>>(() => new DeviceInterpreter(fused, sources).RunAll(inputs));
        (_instanceOfGroup, _firstOperation) = Index(compiled.Tiled!, fused.Groups.Length);
    }

    /// <inheritdoc/>
    public Tensor Exact(GroupTensor tensor) => _exact.Value[tensor.Group];

    /// <inheritdoc/>
    public Enclosure? Enclose(GroupTensor tensor, ImmutableArray<Tensor?> operands) =>
        GroupEnclosure.Enclose(_compiled.Fused!, tensor.Group, operands, _sources);

    /// <inheritdoc/>
    public LoweredExpectation Lowered(int group)
    {
        if (_lowered.TryGetValue(group, out var known))
        {
            return known;
        }

        var first = group == 0 ? 0 : _instanceOfGroup[group - 1] + 1;
        var writes = new Dictionary<LoweredStep, float[]>();
        var interpreter = new LoweredInterpreter(_compiled.Tiled!, _sources, location => ChoiceOf(location));
        LoweredExpectation expectation;
        try
        {
            var result = interpreter.RunWindow(
                first, _instanceOfGroup[group] + 1, _inputs, ResultOf,
                write => writes[new LoweredStep(_firstOperation[write.Location.Instance] + write.Location.Operation, write.Instruction)] = write.Values);
            expectation = new LoweredExpectation(result, writes);
        }
        catch (LoweredExecutionException failure)
        {
            expectation = new LoweredExpectation(Exact(new GroupTensor(group)), writes) { Failure = failure.Message };
        }

        _lowered.Add(group, expectation);
        return expectation;
    }

    private static (int[] InstanceOfGroup, int[] FirstOperation) Index(TiledNetwork tiled, int groups)
    {
        var instances = new int[groups];
        var first = new int[tiled.Groups.Length + 1];
        var group = 0;
        for (var i = 0; i < tiled.Groups.Length; i++)
        {
            first[i + 1] = first[i] + tiled.Groups[i].Body.Operations.Length;
            if (!tiled.Groups[i].IsConversion)
            {
                instances[group++] = i;
            }
        }

        return (instances, first);
    }

    // The engine choice that the program runs, so that its instructions and the interpretation's are the same ones.
    private int ChoiceOf(OperationLocation location)
    {
        var operation = _firstOperation[location.Instance] + location.Operation;
        var chosen = _compiled.Plan!.ChoiceOf(operation);
        return _compiled.Tiled!.Groups[location.Instance].Body.Operations[location.Operation].Choices.IndexOf(chosen);
    }

    // A conversion holds the tensor of what it converts.
    private Tensor ResultOf(int instance)
    {
        var group = Array.BinarySearch(_instanceOfGroup, instance);
        if (group >= 0)
        {
            return Exact(new GroupTensor(group));
        }

        var link = _compiled.Tiled!.Groups[instance].Inputs[0];
        return link.IsNetworkInput ? _inputs[link.Index] : ResultOf(instance - link.Distance);
    }
}
