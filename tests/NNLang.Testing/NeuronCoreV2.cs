using System.Collections.Immutable;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Costs;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;
using NNLang.Tensors;
using static NNLang.Machine.Costs.CostExpression;

namespace NNLang.Testing;

/// <summary>
/// The devices neuron_core_v2 and (the parts that published timings need) neuron_core_v3, built by hand: independent of the language's device
/// files, which are compared with them.
/// </summary>
public static class NeuronCoreV2
{
    private const long MinimumInterval = 64;
    private const long TableLoad = 1_300_000;

    /// <summary>One NeuronCore-v2.</summary>
    public static DeviceDescription Device { get; } = Make(
        "neuron_core_v2", [2_800_000_000, 1_120_000_000, 1_400_000_000, 1_400_000_000, 1_400_000_000], scalarDrain: 200,
        new DmaDescription
        {
            BytesPerSecond = 17_000_000_000,
            LaunchPicoseconds = 980_000,
            LandPicoseconds = 320_000,
            RowPicoseconds = 4_000,
            SoftwareIssuePicoseconds = 600_000,
        },
        sbufBytes: 192 << 10, hbmBytes: 16L << 30, hbmRate: 410_000_000_000,
        [
            new PortDescription("sbuf_shared", MemoryKind.Sbuf, [Engine.Vector, Engine.GpSimd]),
            new PortDescription("psum_shared", MemoryKind.Psum, [Engine.Vector, Engine.Scalar]),
        ]);

    /// <summary>One NeuronCore-v3, as far as timing goes.</summary>
    public static DeviceDescription DeviceV3 { get; } = Make(
        "neuron_core_v3", [2_400_000_000, 960_000_000, 1_200_000_000, 1_200_000_000, 1_200_000_000], scalarDrain: 294,
        new DmaDescription
        {
            BytesPerSecond = 23_000_000_000,
            LaunchPicoseconds = 980_000,
            LandPicoseconds = 320_000,
            RowPicoseconds = 4_000,
            HardwareIssuePicoseconds = 600_000,
            SoftwareIssuePicoseconds = 600_000,
        },
        sbufBytes: 224 << 10, hbmBytes: 96L << 30, hbmRate: null,
        [
            new PortDescription("sbuf_shared", MemoryKind.Sbuf, [Engine.Vector, Engine.GpSimd], PortScope.PerformanceMode),
            new PortDescription("psum_bank", MemoryKind.Psum, [Engine.Vector, Engine.Scalar], PortScope.Bank),
        ]);

    private static DeviceDescription Make(
        string name, long[] clocks, long scalarDrain, DmaDescription dma, long sbufBytes, long hbmBytes, long? hbmRate,
        ImmutableArray<PortDescription> ports) =>
        new()
        {
            Name = name,
            Engines =
            [
                new EngineDescription
                {
                    Engine = Engine.Tensor, ClockHz = clocks[0], DrainCycles = 400, Reads = [MemoryKind.Sbuf], Writes = [MemoryKind.Psum],
                    Accumulates = ElementType.F32,
                },
                new EngineDescription
                {
                    Engine = Engine.Vector, ClockHz = clocks[1], DrainCycles = 90, Reads = [MemoryKind.Sbuf, MemoryKind.Psum],
                    Writes = [MemoryKind.Sbuf, MemoryKind.Psum],
                },
                new EngineDescription
                {
                    Engine = Engine.Scalar, ClockHz = clocks[2], DrainCycles = scalarDrain, Reads = [MemoryKind.Sbuf, MemoryKind.Psum],
                    Writes = [MemoryKind.Sbuf, MemoryKind.Psum],
                    FunctionSets =
                    [
                        new FunctionSet("root", [ActivationFunction.Sqrt, ActivationFunction.Rsqrt, ActivationFunction.Reciprocal]),
                        new FunctionSet(
                            "exponential",
                            [ActivationFunction.Exp, ActivationFunction.Sigmoid, ActivationFunction.Tanh, ActivationFunction.Silu]),
                        new FunctionSet("logarithm", [ActivationFunction.Log, ActivationFunction.Softplus]),
                        new FunctionSet("error", [ActivationFunction.Erf, ActivationFunction.Gelu, ActivationFunction.GeluTanh]),
                    ],
                },
                new EngineDescription
                {
                    Engine = Engine.GpSimd, ClockHz = clocks[3], DrainCycles = 90, Reads = [MemoryKind.Sbuf], Writes = [MemoryKind.Sbuf],
                },
                new EngineDescription { Engine = Engine.Sync, ClockHz = clocks[4] },
            ],
            Dma = dma,
            Memories =
            [
                new MemoryDescription { Kind = MemoryKind.Sbuf, Partitions = 128, Bytes = sbufBytes, StartPartitions = [0, 32, 64, 96] },
                new MemoryDescription
                {
                    Kind = MemoryKind.Psum, Partitions = 128, Bytes = 16 << 10, Types = [ElementType.F32, ElementType.I32], Banks = 8,
                    BankBytes = 2 << 10, Groups = 8,
                },
                new MemoryDescription { Kind = MemoryKind.Hbm, Bytes = hbmBytes, BytesPerSecond = hbmRate },
            ],
            Ports = ports,
            SemaphoreCount = 256,
            SemaphoreCycles = 64,
            Rules = Rules(),
            Instructions = Instructions(),
        };

    private static ImmutableArray<TimingRule> Rules()
    {
        ImmutableArray<Engine> lanes = [Engine.Vector, Engine.Scalar, Engine.GpSimd];
        return
        [
            new TimingRule("tiny", new Part("", TilePart.N) < MinimumInterval, lanes, AddCycles: 100),
            new TimingRule("dependent", new Previous(PreviousPart.WritesOperand), lanes, AddCycles: 100),
            new TimingRule("gap", new Previous(PreviousPart.Idle), lanes, AddCycles: 60),
            new TimingRule("strided", new Part("", TilePart.InnerStride) > QuantityLiteral.Bytes(16), [], Scale: 2),
        ];
    }

    private static ImmutableArray<InstructionDescription> Instructions()
    {
        CostExpression min = MinimumInterval;
        CostExpression xn = new Part("x", TilePart.N);
        CostExpression an = new Part("a", TilePart.N);
        CostExpression n = new Parameter("n", CostType.Int);
        CostExpression groups = new Parameter("groups", CostType.Int);
        CostExpression op = new Parameter("op", CostType.Word);
        CostExpression ops = new Parameter("ops", CostType.Word);
        CostExpression function = new Parameter("function", CostType.Word);
        CostExpression type = new Parameter("type", CostType.Word);
        CostExpression value = new Parameter("value", CostType.Float);
        var (sp, sn) = (new Part("stationary", TilePart.P), new Part("stationary", TilePart.N));
        var (mp, mn) = (new Part("moving", TilePart.P), new Part("moving", TilePart.N));
        var load = QuantityLiteral.Picoseconds(TableLoad);

        static CostExpression Memory(string tile) => new Part(tile, TilePart.Memory);
        static CostExpression Type(string tile) => new Part(tile, TilePart.Type);
        static CostExpression Dense(string tile) => new Part(tile, TilePart.Contiguous);
        static CostExpression Words(CostExpression word, params string[] words) =>
            Call.Of(CostFunction.Contains, new WordListLiteral([.. words]), word);

        var fast = Memory("a").IsNot(Memory("b")).Or(
            Type("a").Is("bf16").And(Type("b").Is("bf16")).And(Dense("a")).And(Dense("b")).And(Words(op, "add", "mul", "sub")));
        return
        [
            Make("nc_matmul", "stationary:tile moving:tile groups:int",
                [(sp % groups).Is(0), sp <= 128, sn <= 128, mn <= 512, sp.Is(mp)],
                On(Engine.Tensor, Max(Min(64, groups * sn), mn) * Conditional.Of(Type("moving").Is("f32"), 4, 1), result: MemoryKind.Psum)),
            Make("nc_transpose", "x:tile", [],
                On(Engine.Tensor, Max(new Part("x", TilePart.P), Min(64, xn)), result: MemoryKind.Psum,
                    limits: [new Part("x", TilePart.P) <= 128, xn <= 128]),
                On(Engine.Vector, Max(min, xn), limits: [new Part("x", TilePart.P) <= 32, xn <= 32])),
            Make("activation", "x:tile function:string", [],
                On(Engine.Scalar, Max(min, xn)) with { Setup = load, SetupOn = function }),
            Make("activation_reduce", "x:tile function:string", [],
                On(Engine.Scalar, Max(min, xn) + min) with { Setup = load, SetupOn = function }),
            Make("tensor_tensor", "a:tile b:tile op:string", [new Not(Memory("a").Is("psum").And(Memory("b").Is("psum")))],
                On(Engine.Vector, Max(min, Conditional.Of(fast, an, 2 * an))),
                On(Engine.GpSimd, Max(min, 2 * an)) with { When = op.Is("pow").Or(Type("a").Is("i32")) }),
            Make("tensor_scalar", "x:tile op:string ops:string", [],
                On(Engine.Vector, Max(min, xn)),
                On(Engine.Scalar, Max(min, xn)) with { When = Words(ops, "mul", "add", "mul,add") },
                On(Engine.GpSimd, 4 * Max(min, xn)) with { When = op.Is("pow") }),
            Make("scalar_tensor_tensor", "a:tile b:tile ops:string", [],
                On(Engine.Vector, Conditional.Of(
                    Type("a").Is("bf16").And(Type("b").Is("bf16")).And(ops.Is("sub,mul")).And((an % 2).Is(0)), an, 2 * an))),
            Make("tensor_tensor_scan", "a:tile b:tile", [], On(Engine.Vector, Max(min, 2 * an))),
            Make("tensor_reduce", "x:tile op:string", [],
                On(Engine.Vector, Conditional.Of(Type("x").Is("bf16").And(op.Is("add").Or(op.Is("max"))), xn / 2, xn))),
            Make("tensor_copy", "x:tile", [],
                On(Engine.Vector, Max(min, xn)),
                On(Engine.GpSimd, Max(min, xn), limits: [Memory("x").Is("sbuf")])),
            Make("tensor_copy_predicated", "x:tile mask:tile", [],
                On(Engine.Vector, Max(min, Conditional.Of(Memory("x").IsNot(Memory("mask")), xn, 2 * xn)))),
            Make("memset", "n:int value:float type:type", [],
                On(Engine.Vector, Max(min, Conditional.Of(value.Is(0.0).And(type.Is("bf16").Or(type.Is("f16"))), n / 2, n))),
                On(Engine.GpSimd, Max(min, n))),
            Make("iota", "n:int", [], On(Engine.GpSimd, 150 + n)),
            Make("dma_copy", "rows:int row_bytes:int", [], Dma()) with { Triggers = All },
            Make("dma_gather", "rows:int row_bytes:int", [], Dma()) with { Triggers = All },
            Make("wait", "semaphore:int value:int", [], [.. All.Select(engine => On(engine, 64))]),
        ];
    }

    private static ImmutableArray<Engine> All => [Engine.Tensor, Engine.Vector, Engine.Scalar, Engine.GpSimd, Engine.Sync];

    private static InstructionVariant On(
        Engine engine, CostExpression cost, MemoryKind? result = null, ImmutableArray<CostExpression> limits = default) =>
        new() { Engine = engine, Cost = cost, Result = result, Limits = limits.IsDefault ? [] : limits };

    // rows * (4 ns + row_bytes / rate): what the language shows; the simulation computes shares exactly.
    private static InstructionVariant Dma() =>
        new()
        {
            Engine = null,
            Cost = new Parameter("rows", CostType.Int)
                * (QuantityLiteral.Picoseconds(4_000)
                    + (new Parameter("row_bytes", CostType.Int) * QuantityLiteral.Bytes(1) / QuantityLiteral.BytesPerSecond(17_000_000_000m))),
        };

    private static InstructionDescription Make(
        string name, string parameters, ImmutableArray<CostExpression> limits, params ImmutableArray<InstructionVariant> variants) =>
        new()
        {
            Name = name,
            Limits = limits,
            Variants = variants,
            Parameters =
            [
                .. parameters.Split(' ').Select(item => item.Split(':')).Select(
                    item => new InstructionParameter(item[0], Enum.Parse<InstructionParameterKind>(item[1], ignoreCase: true))),
            ],
        };
}
