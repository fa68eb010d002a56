using System.Collections.Immutable;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using NNLang.Emulator.Loading;
using NNLang.Emulator.Memories;
using NNLang.Machine.Programs;
using NNLang.Tensors;

namespace NNLang.Emulator.Weights;

/// <summary>The bytes of a program's weights and constants. Immutable and thread-safe; shared by all runs.</summary>
public sealed class WeightImage
{
    private WeightImage(NativeBuffer?[] regions) => Regions = regions;

    internal NativeBuffer?[] Regions { get; }

    /// <summary>Evaluates the recipes of a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="source">The weights.</param>
    /// <param name="cache">Recipes evaluated before; shared by programs.</param>
    public static Loaded<WeightImage> Evaluate(LoadedProgram program, IWeightSource source, WeightCache? cache = null)
    {
        cache ??= new WeightCache();
        var found = new Dictionary<string, Tensor?>();
        Tensor? Find(string key) =>
            found.TryGetValue(key, out var tensor) ? tensor : found[key] = source.Find(key);
        var problems = ImmutableArray.CreateBuilder<LoadProblem>();
        var regions = new NativeBuffer?[program.Program.Regions.Length];
        for (var i = 0; i < regions.Length; i++)
        {
            var region = program.Program.Regions[i];
            if (!program.IsReadOnly(i))
            {
                continue;
            }

            regions[i] = cache.Get(region, Find, out var problem);
            if (problem is not null)
            {
                problems.Add(new LoadProblem(null, $"Region '{region.Name}': {problem}."));
            }
        }

        return problems.Count > 0 ? new Loaded<WeightImage>(problems.ToImmutable()) : new Loaded<WeightImage>(new WeightImage(regions));
    }
}

/// <summary>Evaluated recipes by content: recipe, type, and the bytes of the weights it reads. Thread-safe.</summary>
public sealed class WeightCache
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, NativeBuffer> _buffers = [];
    private readonly ConditionalWeakTable<Tensor, StrongBox<UInt128>> _hashes = [];

    /// <summary>How often a recipe was found evaluated.</summary>
    public long Hits { get; private set; }

    /// <summary>How often a recipe was evaluated.</summary>
    public long Misses { get; private set; }

    internal NativeBuffer? Get(Region region, Func<string, Tensor?> find, out string? problem)
    {
        lock (_lock)
        {
            var key = Key(region, find);
            if (_buffers.TryGetValue(key, out var known))
            {
                Hits++;
                problem = null;
                return known;
            }

            Misses++;
            var buffer = new NativeBuffer(region.Bytes);
            problem = RecipeEvaluator.Evaluate(region, find, buffer);
            if (problem is not null)
            {
                buffer.Dispose();
                return null;
            }

            _buffers.Add(key, buffer);
            return buffer;
        }
    }

    private UInt128 Key(Region region, Func<string, Tensor?> find)
    {
        var hash = new XxHash128();
        Append(hash, (long)region.Type, region.Bytes, region.Recipe?.Steps.Length ?? 0, 0);
        foreach (var step in region.Recipe?.Steps ?? [])
        {
            Append(hash, (long)step.Operation, (long)step.Type, step.Numbers.Length, step.Values.Length);
            hash.Append(MemoryMarshal.AsBytes(step.Numbers.AsSpan()));
            hash.Append(MemoryMarshal.AsBytes(step.Values.AsSpan()));
            if (step.Operation == RecipeOperation.Load)
            {
                var content = find(step.Key) is { } tensor ? Hash(tensor) : UInt128.Zero;
                hash.Append(MemoryMarshal.AsBytes(new Span<UInt128>(ref content)));
            }
        }

        return hash.GetCurrentHashAsUInt128();
    }

    private static void Append(XxHash128 hash, params ReadOnlySpan<long> numbers) => hash.Append(MemoryMarshal.AsBytes(numbers));

    private UInt128 Hash(Tensor tensor)
    {
        if (!_hashes.TryGetValue(tensor, out var known))
        {
            var hash = new XxHash128();
            hash.Append(Encoding.UTF8.GetBytes(tensor.ToString()));
            hash.Append(tensor.Bytes.Span);
            known = new StrongBox<UInt128>(hash.GetCurrentHashAsUInt128());
            _hashes.Add(tensor, known);
        }

        return known.Value;
    }
}
