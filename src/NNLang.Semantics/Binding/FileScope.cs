using System.Collections.Frozen;
using System.Collections.Immutable;
using NNLang.Operators;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Binding;

/// <summary>
/// The members of a file by name: constants (computed on demand), blocks and networks, devices; behind them the catalogue. One per
/// snapshot; computing constants is guarded, so that it can be read from any thread.
/// </summary>
internal sealed class FileScope
{
    /// <summary>The functions of compile-time values (language 6.9).</summary>
    public static readonly FrozenSet<string> Functions = new[]
    {
        "min", "max", "abs", "len", "sum", "ceil_div", "floor", "ceil", "sqrt", "log2", "int", "float", "contains",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Words that are callable though no operator of the catalogue has an evaluation: sources.</summary>
    public const string WeightSource = "weight";

    private readonly Dictionary<string, BindingSyntax> _constants;
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    private readonly List<string> _inProgress = [];
    private readonly Dictionary<string, BlockCallable> _blocks;
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly Lock _gate = new();

    public FileScope(Dictionary<string, BindingSyntax> constants, IEnumerable<BlockSymbol> blocks, IEnumerable<string> devices)
    {
        _constants = constants;
        Devices = [.. devices];
        _blocks = new Dictionary<string, BlockCallable>(StringComparer.Ordinal);
        foreach (var block in blocks)
        {
            _blocks.TryAdd(block.Name, new BlockCallable(block));
        }
    }

    /// <summary>The devices declared in the file.</summary>
    public ImmutableHashSet<string> Devices { get; }

    /// <summary>The blocks and networks.</summary>
    public IEnumerable<BlockSymbol> Blocks => _blocks.Values.Select(callable => callable.Symbol);

    /// <summary>The names of constants.</summary>
    public IEnumerable<string> ConstantNames => _constants.Keys;

    /// <summary>Whether a constant of the name is declared.</summary>
    public bool HasConstant(string name) => _constants.ContainsKey(name);

    /// <summary>What went wrong in constants; complete once <see cref="ComputeAll"/> has run.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>
    /// Whether every name stands for the same constant, and every callable has the same header, as in another scope. The bodies of blocks
    /// may differ.
    /// </summary>
    public bool HasSameNames(FileScope other)
    {
        if (_constants.Count != other._constants.Count || _blocks.Count != other._blocks.Count || !Devices.SetEquals(other.Devices))
        {
            return false;
        }

        foreach (var (name, constant) in _constants)
        {
            if (!other._constants.TryGetValue(name, out var old) || !ReferenceEquals(old.Green, constant.Green))
            {
                return false;
            }
        }

        foreach (var (name, block) in _blocks)
        {
            if (!other._blocks.TryGetValue(name, out var old) || !block.Equals(old))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The callable of a name, without stage parameters; null if there is none.</summary>
    public Callable? FindCallable(string name)
    {
        if (_blocks.TryGetValue(name, out var block))
        {
            return block;
        }

        var op = OperatorCatalogue.Find(name);
        return Functions.Contains(name) ? new FunctionCallable(name, op)
            : op is not null ? new OperatorCallable(op)
            : name == WeightSource ? new WeightCallable()
            : null;
    }

    /// <summary>The block of a name, or null.</summary>
    public BlockSymbol? FindBlock(string name) => _blocks.TryGetValue(name, out var block) ? block.Symbol : null;

    /// <summary>The value of a constant; null if there is none.</summary>
    public Value? FindConstant(string name)
    {
        if (!_constants.TryGetValue(name, out var syntax))
        {
            return null;
        }

        lock (_gate)
        {
            if (_values.TryGetValue(name, out var value))
            {
                return value;
            }

            if (_inProgress.Contains(name))
            {
                _diagnostics.Add(Codes.CyclicConstant.At(SyntaxLocation.Of(syntax), name, string.Join(" -> ", _inProgress.SkipWhile(n => n != name).Append(name))));
                return UnknownValue.Instance;
            }

            _inProgress.Add(name);
            value = StatementBinder.BindConstant(syntax, this, _diagnostics);
            _inProgress.Remove(name);
            _values[name] = value;
            return value;
        }
    }

    /// <summary>Computes all constants, for their diagnostics.</summary>
    public void ComputeAll()
    {
        foreach (var name in _constants.Keys)
        {
            FindConstant(name);
        }
    }
}

/// <summary>The source <c>weight(type, key:)</c>.</summary>
internal sealed class WeightCallable : Callable
{
    public override string Name => FileScope.WeightSource;

    public override bool Equals(Callable? other) => other is WeightCallable;

    public override int GetHashCode() => 7;
}
