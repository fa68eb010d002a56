using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
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
    private readonly Dictionary<int, LoweredExpectation> _lowered = [];

    /// <summary>Prepares a compiled network.</summary>
    public HostExpectation(CompiledNetwork compiled, SourceReader sources, IReadOnlyList<Tensor> inputs)
    {
        _compiled = compiled;
        _sources = sources;
        _inputs = inputs;
        var fused = compiled.Fused!;
        _exact = new Lazy<ImmutableArray<Tensor>>(() => new DeviceInterpreter(fused, sources).RunAll(inputs));
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

        var writes = new Dictionary<LoweredStep, float[]>();
        var interpreter = new LoweredInterpreter(_compiled.Tiled!, _sources, location => ChoiceOf(location));
        LoweredExpectation expectation;
        try
        {
            var result = interpreter.RunWindow(
                _compiled.Index.FirstInstanceOf(group), _compiled.Index.InstanceOf(group) + 1, _inputs, ResultOf,
                write => writes[new LoweredStep(NumberOf(write.Location), write.Instruction)] = write.Values);
            expectation = new LoweredExpectation(result, writes);
        }
        catch (LoweredExecutionException failure)
        {
            expectation = new LoweredExpectation(Exact(new GroupTensor(group)), writes) { Failure = failure.Message };
        }

        _lowered.Add(group, expectation);
        return expectation;
    }

    private int NumberOf(OperationLocation location) => _compiled.Index.FirstOperationOf(location.Instance) + location.Operation;

    // The engine choice that the program runs, so that its instructions and the interpretation's are the same ones.
    private int ChoiceOf(OperationLocation location)
    {
        var chosen = _compiled.Plan!.ChoiceOf(NumberOf(location));
        return _compiled.Tiled!.Groups[location.Instance].Body.Operations[location.Operation].Choices.IndexOf(chosen);
    }

    // A conversion holds the tensor of what it converts.
    private Tensor ResultOf(int instance)
    {
        if (_compiled.Index.GroupOf(instance) is >= 0 and var group)
        {
            return Exact(new GroupTensor(group));
        }

        var link = _compiled.Tiled!.Groups[instance].Inputs[0];
        return link.IsNetworkInput ? _inputs[link.Index] : ResultOf(instance - link.Distance);
    }
}
