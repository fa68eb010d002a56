using System.Collections.Immutable;
using NNLang.Semantics.Assembly;
using NNLang.Semantics.Graph;

namespace NNLang.Semantics.Binding;

/// <summary>A network bound; assembled when somebody asks. Immutable, thread-safe.</summary>
internal sealed class NetworkResult
{
    private readonly Lazy<NetworkAssembly> _assembly;
    private readonly LatestAssembly _latest;

    private NetworkResult(BlockSymbol symbol, NetworkHeader header, BindingSession session, BoundBody body, IWeightKeys keys, NetworkResult? previous)
    {
        Symbol = symbol;
        Header = header;
        Session = session;
        Body = body;
        Keys = keys;
        _latest = previous?._latest ?? new LatestAssembly();
        _assembly = new Lazy<NetworkAssembly>(() => _latest.Value = NetworkAssembly.Of(this, _latest.Value));
    }

    public BlockSymbol Symbol { get; }

    public NetworkHeader Header { get; }

    public BindingSession Session { get; }

    public BoundBody Body { get; }

    /// <summary>The keys that were in force.</summary>
    public IWeightKeys Keys { get; }

    /// <summary>Whether it expands to more operations than a network may have: then it is not assembled.</summary>
    public bool IsTooLarge => Body.LayerCount > BindingSession.MaximumOperations;

    /// <summary>Its parts; null if it is too large.</summary>
    public AssembledBody? Assembled => IsTooLarge ? null : _assembly.Value.Assembled;

    /// <summary>The network as far as it could be bound; null if it is too large.</summary>
    public Network? Network => IsTooLarge ? null : _assembly.Value.Network;

    /// <summary>Problems of the expanded network. Only where the text gives names or an order can there be any: else nothing is assembled for them.</summary>
    public IReadOnlyList<AssemblyProblem> Problems =>
        IsTooLarge || (Body.Traits & (BodyTraits.OrderInside | BodyTraits.Overrides)) == 0 ? [] : _assembly.Value.Problems;

    /// <summary>Binds a network, reusing what the snapshot before has.</summary>
    public static NetworkResult Of(
        BlockSymbol symbol, FileScope file, CompilationOptions options, Func<string?, (string Name, ImmutableArray<string> Engines)> device, IWeightKeys keys, NetworkResult? previous)
    {
        var header = NetworkHeader.OfNetwork(symbol, file, options);
        var (deviceName, engines) = device(options.Device ?? header.Annotations.Device);
        var inherited = header.Annotations.Merge(OperationAnnotations.None);
        var fits = previous is not null && previous.Header.HasSameContext(header) && previous.Session.Engines.SequenceEqual(engines)
            && previous.Header.Annotations.Merge(OperationAnnotations.None).Equals(inherited);
        var session = new BindingSession
        {
            File = file,
            Binding = header.Binding,
            Engines = engines,
            DeviceName = deviceName,
            Previous = fits ? previous!.Session.Instances : null,
            HasSameSurroundings = fits && file.HasSameNames(previous!.Session.File),
        };
        session.Enter(symbol.Name);
        var site = new BodySite(session, new ParameterScope(file, symbol, header.Arguments), BodyKind.Network, inherited, symbol);
        var body = BodyBinder.Bind(site, symbol.Body, Operators.Shapes.DimensionFacts.Empty, fits ? previous!.Body : null);
        return new NetworkResult(symbol, header, session, body, keys, previous);
    }

    /// <summary>
    /// The assembly that was made last of any snapshot of this network: the next takes the parts from there that are the same. Which one it is
    /// decides what is shared, never what comes out.
    /// </summary>
    private sealed class LatestAssembly
    {
        private volatile NetworkAssembly? _value;

        public NetworkAssembly? Value
        {
            get => _value;
            set => _value = value;
        }
    }
}
