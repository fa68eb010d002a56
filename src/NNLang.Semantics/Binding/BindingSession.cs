using System.Collections.Immutable;
using NNLang.Operators.Shapes;

namespace NNLang.Semantics.Binding;

/// <summary>
/// What is common to the bodies bound for one network, or for one block without callers: the file, the values of symbolic dimensions,
/// the instances bound so far, and those of the snapshot before. Not thread-safe; what it made is.
/// </summary>
internal sealed class BindingSession
{
    /// <summary>Levels of calls, repeats and branches.</summary>
    public const int MaximumDepth = 64;

    /// <summary>Operations of a network.</summary>
    public const long MaximumOperations = 1_000_000;

    private readonly Dictionary<InstanceKey, BoundBody> _instances = [];
    private readonly List<string> _calls = [];

    /// <summary>The members of the file.</summary>
    public required FileScope File { get; init; }

    /// <summary>Values of symbolic dimensions.</summary>
    public required ImmutableSortedDictionary<string, long> Binding { get; init; }

    /// <summary>Whether a block is bound without its callers: nothing is known of its arguments.</summary>
    public bool IsGeneric { get; init; }

    /// <summary>Whether only names are of interest: in a branch that is not taken. Blocks are not looked into.</summary>
    public bool NamesOnly { get; init; }

    /// <summary>The engines of the device in force, for <c>@engine</c>; empty where it is not known.</summary>
    public ImmutableArray<string> Engines { get; init; } = [];

    /// <summary>The device's name in messages.</summary>
    public string DeviceName { get; init; } = string.Empty;

    /// <summary>Whether names outside of bodies stand for what they stood for in the snapshot before.</summary>
    public bool HasSameSurroundings { get; init; }

    /// <summary>The instances of the snapshot before, bound under the same values of dimensions; null if there is none.</summary>
    public IReadOnlyDictionary<InstanceKey, BoundBody>? Previous { get; init; }

    /// <summary>The instances.</summary>
    public IReadOnlyDictionary<InstanceKey, BoundBody> Instances => _instances;

    /// <summary>Levels around what is being bound.</summary>
    public int Depth { get; set; }

    /// <summary>Statements bound, as opposed to found again.</summary>
    public int BoundStatements { get; set; }

    /// <summary>Statements found again.</summary>
    public int ReusedStatements { get; set; }

    /// <summary>The blocks that are being bound, outermost first.</summary>
    public IReadOnlyList<string> Calls => _calls;

    /// <summary>Whether a block is being bound.</summary>
    public bool IsInProgress(string block) => _calls.Contains(block);

    /// <summary>The instance of a key, bound on first use; null if the block is gone or would contain itself.</summary>
    public BoundBody? Instance(InstanceKey key)
    {
        if (_instances.TryGetValue(key, out var body))
        {
            return body;
        }

        if (File.FindBlock(key.Block) is not { } block || IsInProgress(key.Block) || Depth >= MaximumDepth)
        {
            return null;
        }

        BoundBody? old = null;
        Previous?.TryGetValue(key, out old);
        _calls.Add(key.Block);
        Depth++;
        body = BodyBinder.BindBlock(this, block, key, old);
        Depth--;
        _calls.RemoveAt(_calls.Count - 1);
        _instances[key] = body;
        return body;
    }

    /// <summary>Marks a network or a block as being bound from outside.</summary>
    public void Enter(string name) => _calls.Add(name);

    /// <summary>A type under the values of dimensions.</summary>
    public TensorType Bind(TensorType type)
    {
        if (Binding.IsEmpty)
        {
            return type;
        }

        foreach (var dimension in type.Dimensions)
        {
            if (dimension.Value is null)
            {
                return type.Bind(Binding);
            }
        }

        return type;
    }
}
