using System.Collections.Frozen;
using NNLang.Machine.Costs;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Semantics.Devices;

/// <summary>The words of device files that are not in the machine's own tables.</summary>
internal static class DeviceVocabulary
{
    /// <summary>Words that stand for themselves in fields and expressions.</summary>
    private static readonly FrozenSet<string> Words = new[]
    {
        "sbuf", "psum", "hbm", "tensor", "vector", "scalar", "gpsimd", "sync", "dma", "any", "round_robin", "bank", "memory", "performance",
        "static", "hw", "sw",
    }.Concat(ElementTypes.All.Select(ElementTypes.Name)).Append("f8").ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Instructions of the hardware that are known by name but that no lowering uses (NN5021).</summary>
    private static readonly FrozenSet<string> WithoutLowering = new[]
    {
        "partition_broadcast", "tensor_scalar_reduce", "tensor_partition_reduce", "tensor_copy_dynamic", "reciprocal", "bn_stats", "bn_aggr",
        "dropout", "range_select", "nc_stream_shuffle", "max8", "nc_find_index8", "nc_match_replace8", "affine_select", "local_gather",
        "topk", "dma_transpose", "quantize_mx", "exponential", "core_barrier", "sendrecv",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The kinds of sections.</summary>
    public static IReadOnlyList<string> SectionKinds { get; } = ["engine", "memory", "port", "rule", "instruction", "fault"];

    /// <summary>The kinds of groups at device level.</summary>
    public static IReadOnlyList<string> GroupKinds { get; } = ["semaphores"];

    /// <summary>Whether a word stands for itself.</summary>
    public static bool IsWord(string name) => Words.Contains(name);

    /// <summary>Whether the machine knows an instruction of this name, with or without lowering.</summary>
    public static bool IsInstruction(string name) => Mnemonics.ParseOpcode(name) is not null || WithoutLowering.Contains(name);

    /// <summary>All names of instructions.</summary>
    public static IEnumerable<string> Instructions => Mnemonics.AllOpcodes.Select(Mnemonics.Name).Concat(WithoutLowering);

    /// <summary>The exact value of a unit in picoseconds and bytes, and its dimension; null for an unknown unit. Cycles are plain numbers.</summary>
    public static (decimal Factor, CostType Type)? Unit(string unit) => unit switch
    {
        "cy" => (1m, CostType.Int),
        "s" => (1e12m, CostType.Duration),
        "ms" => (1e9m, CostType.Duration),
        "us" => (1e6m, CostType.Duration),
        "ns" => (1e3m, CostType.Duration),
        "ps" => (1m, CostType.Duration),
        "B" => (1m, CostType.Size),
        "kB" or "KB" => (1e3m, CostType.Size),
        "MB" => (1e6m, CostType.Size),
        "GB" => (1e9m, CostType.Size),
        "TB" => (1e12m, CostType.Size),
        "KiB" => (1024m, CostType.Size),
        "MiB" => (1048576m, CostType.Size),
        "GiB" => (1073741824m, CostType.Size),
        "TiB" => (1099511627776m, CostType.Size),
        "Bps" => (1e-12m, Rate),
        "kBps" => (1e-9m, Rate),
        "MBps" => (1e-6m, Rate),
        "GBps" => (1e-3m, Rate),
        "TBps" => (1m, Rate),
        "Hz" => (1e-12m, Frequency),
        "kHz" => (1e-9m, Frequency),
        "MHz" => (1e-6m, Frequency),
        "GHz" => (1e-3m, Frequency),
        _ => null,
    };

    /// <summary>Bytes per time.</summary>
    public static CostType Rate { get; } = new(CostKind.Quantity, Time: -1, Bytes: 1);

    /// <summary>Per time.</summary>
    public static CostType Frequency { get; } = new(CostKind.Quantity, Time: -1);
}
