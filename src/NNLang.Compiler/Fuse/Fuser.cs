using System.Collections.Immutable;
using NNLang.Compiler.Lowered;
using NNLang.Semantics.Graph;
using NNLang.Tensors;

namespace NNLang.Compiler.Fuse;

/// <summary>What the fuse pass answers: a network, or what is wrong.</summary>
/// <param name="Network">The fused network; null if there are problems.</param>
/// <param name="Problems">What is wrong.</param>
public sealed record FuseResult(FusedNetwork? Network, ImmutableArray<CompilationProblem> Problems);

/// <summary>
/// The fuse pass: batch norm, bias, function and limits go into the evacuation of the product before them where nobody else reads what lies
/// between. Pure; O(layers). Bodies are shared between equal groups of one network and, through <see cref="FuseCache"/>, between networks.
/// </summary>
public static class Fuser
{
    /// <summary>Fuses a network whose shapes are known.</summary>
    public static FuseResult Fuse(Network network, FuseCache? cache = null)
    {
        var state = new State(network, cache ?? new FuseCache());
        state.Run();
        return state.Problems.Count > 0 ? new FuseResult(null, [.. state.Problems]) : new FuseResult(state.Build(), []);
    }

    private sealed class State(Network network, FuseCache cache)
    {
        private readonly int[] _uses = new int[network.Layers.Length];
        private readonly int[] _reader = new int[network.Layers.Length];
        private readonly int[] _groupOf = new int[network.Layers.Length];
        private readonly List<Draft> _drafts = [];

        public List<CompilationProblem> Problems { get; } = [];

        public void Run()
        {
            CountUses();
            Array.Fill(_groupOf, -1);
            for (var i = 0; i < network.Layers.Length; i++)
            {
                if (_groupOf[i] < 0 && Start(i) is { } draft)
                {
                    _drafts.Add(draft);
                }
            }

            _drafts.Sort(static (a, b) => a.Last.CompareTo(b.Last));
            for (var g = 0; g < _drafts.Count; g++)
            {
                foreach (var layer in _drafts[g].Layers)
                {
                    _groupOf[layer] = g;
                }
            }
        }

        public FusedNetwork Build()
        {
            var groups = ImmutableArray.CreateBuilder<FusedInstance>(_drafts.Count);
            var last = -1;
            for (var g = 0; g < _drafts.Count; g++)
            {
                var draft = _drafts[g];
                var first = network.Layers[draft.Layers[0]];
                var operands = ImmutableArray.CreateBuilder<FusedLink>(draft.Reading.Operands.Length);
                var types = ImmutableArray.CreateBuilder<FusedType>(draft.Reading.Operands.Length);
                foreach (var operand in draft.Reading.Operands)
                {
                    operands.Add(Link(draft.Layers[0], g, first.Operands[operand]));
                    types.Add(TypeOf(first.Operation.OperandTypes[operand]!));
                }

                var results = network.Layers[draft.Last].Operation.ResultTypes;
                var body = cache.Share(new FusedGroup(
                    draft.Reading.Core, draft.Epilogue, types.MoveToImmutable(), [.. results.Select(TypeOf)], [.. draft.Members]));
                groups.Add(new FusedInstance(
                    body, operands.MoveToImmutable(), [.. draft.Layers.Select(layer => draft.Last - layer)], [.. draft.Sources], draft.Last - last));
                last = draft.Last;
            }

            var outputSources = ImmutableArray.CreateBuilder<TensorSource>();
            var outputs = ImmutableArray.CreateBuilder<FusedLink>(network.Outputs.Length);
            foreach (var output in network.Outputs)
            {
                if (output.Value.Kind == ValueKind.Source)
                {
                    outputSources.Add(output.Source!);
                    outputs.Add(FusedLink.Source(outputSources.Count - 1));
                }
                else
                {
                    outputs.Add(Link(network.Layers.Length, _drafts.Count, output.Value));
                }
            }

            return new FusedNetwork
            {
                Network = network,
                Groups = groups.MoveToImmutable(),
                Outputs = outputs.MoveToImmutable(),
                OutputSources = outputSources.ToImmutable(),
            };
        }

        private static FusedType TypeOf(Operators.Shapes.TensorType type) => new(type.Element, type.KnownShape!.Value);

        private void CountUses()
        {
            for (var i = 0; i < network.Layers.Length; i++)
            {
                foreach (var operand in network.Layers[i].Operands)
                {
                    if (operand.Kind == ValueKind.Layer)
                    {
                        var producer = Network.ProducerOf(i, operand);
                        _uses[producer]++;
                        _reader[producer] = i;
                    }
                }
            }

            foreach (var output in network.Outputs)
            {
                if (output.Value.Kind == ValueKind.Layer)
                {
                    _uses[Network.ProducerOf(network.Layers.Length, output.Value)] += 2;
                }
            }
        }

        private Draft? Start(int index)
        {
            var layer = network.Layers[index];
            if (Check(index, layer) is { } problem)
            {
                Problems.Add(problem);
                return null;
            }

            if (CoreReader.Read(layer) is not { } reading)
            {
                Problems.Add(new CompilationProblem(
                    "NN5021",
                    $"'{layer.Operation.Operator.Name}' has no lowering for these operands: {Operands(layer)}.",
                    "Rewrite it with operators that have one, or compile for another target.",
                    index));
                return null;
            }

            var draft = new Draft(reading, index);
            draft.Sources.AddRange(layer.Sources);
            draft.Members.Add(new FusedMember(
                layer.Operation.Operator.Name,
                reading.Core is FusedCore.Elementwise && !reading.TakesFunction ? MemberRole.Activation : MemberRole.Core));
            _groupOf[index] = 0;
            while (Extend(draft))
            {
            }

            return draft;
        }

        private bool Extend(Draft draft)
        {
            if (_uses[draft.Last] != 1)
            {
                return false;
            }

            var next = _reader[draft.Last];
            var layer = network.Layers[next];
            var operation = layer.Operation;
            var previous = network.Layers[draft.Last].Operation;
            if (_groupOf[next] >= 0 || layer.Operands.Length != 1 || !Agree(operation.Annotations, previous.Annotations)
                || Check(next, layer) is not null)
            {
                return false;
            }

            if (operation.Operator.Name == "batch_norm" && draft.Reading.TakesBatchNorm && draft.Layers.Count == 1
                && operation.OperandTypes[0]!.KnownShape!.Value is var shape && ChannelAxisMatches(draft.Reading.Core, shape))
            {
                draft.Epilogue = CoreReader.FoldBatchNorm(layer, draft.Sources.Count, draft.Reading.Bias);
                draft.Sources.AddRange(layer.Sources);
                draft.Add(next, new FusedMember(operation.Operator.Name, MemberRole.BatchNorm));
                _groupOf[next] = 0;
                return true;
            }

            if (draft.Reading.TakesFunction && ActivationTable.Append(draft.Epilogue, operation) is { } epilogue)
            {
                draft.Epilogue = epilogue;
                draft.Add(next, new FusedMember(operation.Operator.Name, MemberRole.Activation));
                _groupOf[next] = 0;
                return true;
            }

            return false;
        }

        // A dense layer's channels are its last axis; batch norm's are axis 1.
        private static bool ChannelAxisMatches(FusedCore core, Shape shape) => core is FusedCore.Convolution || shape.Rank == 2;

        private static bool Agree(OperationAnnotations next, OperationAnnotations previous) =>
            next.Engine == previous.Engine && !next.Pin && !previous.Pin && next.Order.IsEmpty && previous.Order.IsEmpty;

        private static CompilationProblem? Check(int index, Layer layer)
        {
            var operation = layer.Operation;
            foreach (var type in operation.OperandTypes.Concat(operation.SlotTypes).Concat(operation.ResultTypes))
            {
                if (type is null)
                {
                    continue;
                }

                if (type.KnownShape is not { } shape)
                {
                    return new CompilationProblem(
                        "NN3011", $"The shape {type} needs a value for a dimension.", "Bind it: `dim N = 1` in the network or --dim N=1.", index);
                }

                if (type.Element != ElementType.F32 && !operation.SlotTypes.Contains(type))
                {
                    return new CompilationProblem(
                        "NN5020",
                        $"'{operation.Operator.Name}' works on {type}; only f32 can be compiled.",
                        "Cast its operands to f32.",
                        index);
                }

                if (IsTooLarge(shape))
                {
                    return new CompilationProblem(
                        "NN8002",
                        $"'{operation.Operator.Name}' works on {type}, which has more elements than any memory of the device.",
                        "Make the tensor smaller.",
                        index);
                }

                if (shape.Dimensions.Contains(0))
                {
                    return new CompilationProblem(
                        "NN5021", $"'{operation.Operator.Name}' works on {type}, which has no elements.", "Remove the layer.", index);
                }
            }

            return operation.Annotations.Precision is { } precision and not ElementType.F32
                ? new CompilationProblem(
                    "NN5020", $"Precision {ElementTypes.Name(precision)} cannot be compiled yet.", "Remove @precision.", index)
                : null;
        }

        private static bool IsTooLarge(Shape shape)
        {
            var count = (Int128)1;
            foreach (var extent in shape.Dimensions)
            {
                count *= extent;
                if (extent > int.MaxValue || count > int.MaxValue)
                {
                    return true;
                }
            }

            return false;
        }

        private static string Operands(Layer layer) => string.Join(", ", layer.Operation.OperandTypes.Select(type => type?.ToString() ?? "none"));

        private FusedLink Link(int layer, int group, ValueRef value) => value.Kind switch
        {
            ValueKind.Input => FusedLink.Input(value.Index),
            ValueKind.Source => FusedLink.Source(value.Index),
            _ => FusedLink.Group(group - _groupOf[Network.ProducerOf(layer, value)], value.Result),
        };
    }

    private sealed class Draft(CoreReading reading, int first)
    {
        public CoreReading Reading { get; } = reading;

        public Epilogue Epilogue { get; set; } = reading.Epilogue;

        public List<int> Layers { get; } = [first];

        public List<FusedMember> Members { get; } = [];

        public List<TensorSource?> Sources { get; } = [];

        public int Last => Layers[^1];

        public void Add(int layer, FusedMember member)
        {
            Layers.Add(layer);
            Members.Add(member);
        }
    }
}
