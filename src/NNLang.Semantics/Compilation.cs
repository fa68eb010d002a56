using System.Collections.Immutable;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Graph;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics;

/// <summary>
/// A file, bound: networks, devices, faults, weights and everything that is wrong. An immutable snapshot; thread-safe. Binding happens on
/// first use. <see cref="WithTree"/> reuses whatever an edit does not concern, and answers what a fresh compilation of the same text answers.
/// </summary>
public sealed partial class Compilation
{
    private readonly Lazy<CompilationState> _state;
    private readonly Lazy<ImmutableArray<Diagnostic>> _diagnostics;
    private CompilationState? _seed;

    private Compilation(SyntaxTree tree, CompilationOptions options, CompilationState? seed)
    {
        Tree = tree;
        Options = options;
        _seed = seed;
        _state = new Lazy<CompilationState>(() =>
        {
            var state = CompilationState.Of(Tree, Options, _seed);
            _seed = null;
            return state;
        });
        _diagnostics = new Lazy<ImmutableArray<Diagnostic>>(() => Resolve(State.Diagnostics));
    }

    /// <summary>The text and its tree.</summary>
    public SyntaxTree Tree { get; }

    /// <summary>What it depends on besides the text.</summary>
    public CompilationOptions Options { get; }

    /// <summary>The names of the networks, in text order.</summary>
    public ImmutableArray<string> Networks => State.NetworkNames;

    /// <summary>The names of the blocks, in text order.</summary>
    public ImmutableArray<string> Blocks => State.BlockNames;

    /// <summary>
    /// The network a command takes where none is named: the only one, else the one called <c>main</c>; null if there is none, or several.
    /// </summary>
    public string? MainNetwork => Networks is [var only] ? only : Networks.Contains("main") ? "main" : null;

    /// <summary>Statements that were bound for this snapshot, over all instances, as opposed to found again.</summary>
    public int BoundStatements => State.BoundStatements;

    /// <summary>Statements that were found again.</summary>
    public int ReusedStatements => State.ReusedStatements;

    /// <summary>All diagnostics, syntax and semantics, with absolute places, in text order.</summary>
    public ImmutableArray<Diagnostic> Diagnostics => _diagnostics.Value;

    /// <summary>Whether there is an error.</summary>
    public bool HasErrors
    {
        get
        {
            foreach (var diagnostic in Diagnostics)
            {
                if (diagnostic.Severity == DiagnosticSeverity.Error)
                {
                    return true;
                }
            }

            return false;
        }
    }

    internal CompilationState State => _state.Value;

    /// <summary>Compiles a tree.</summary>
    public static Compilation Create(SyntaxTree tree, CompilationOptions? options = null) => new(tree, options ?? CompilationOptions.Default, null);

    /// <summary>The compilation of another tree under the same options; unchanged statements are not bound again.</summary>
    public Compilation WithTree(SyntaxTree tree) => new(tree, Options, _state.IsValueCreated ? State : _seed);

    /// <summary>The compilation of the same tree under other options.</summary>
    public Compilation WithOptions(CompilationOptions options) => new(Tree, options, _state.IsValueCreated ? State : _seed);

    /// <summary>
    /// A network as far as it could be bound; null if there is none of that name or it is too large (NN8001). Only a network without errors is
    /// complete: see <see cref="HasErrors"/>.
    /// </summary>
    public Network? GetNetwork(string name) => State.FindNetwork(name)?.Network;

    private ImmutableArray<Diagnostic> Resolve(IReadOnlyList<Diagnostic> diagnostics)
    {
        var wanted = new HashSet<GreenNode>(ReferenceEqualityComparer.Instance);
        foreach (var diagnostic in diagnostics)
        {
            diagnostic.WithLocations(location =>
            {
                if (location.Anchor is { } anchor)
                {
                    wanted.Add(anchor);
                }

                return location;
            });
        }

        var index = AnchorIndex.Of(Tree, wanted);
        var result = new List<Diagnostic>(Tree.Diagnostics);
        foreach (var diagnostic in diagnostics)
        {
            if (index.Resolve(diagnostic.Location) is not null)
            {
                result.Add(diagnostic.WithLocations(location => index.Resolve(location) ?? SyntaxLocation.Absolute(new TextSpan(0, 0))));
            }
        }

        return [.. result.OrderBy(diagnostic => diagnostic.Location.Span.Start).ThenBy(diagnostic => diagnostic.Descriptor.Number).ThenBy(diagnostic => diagnostic.Message, StringComparer.Ordinal)];
    }
}
