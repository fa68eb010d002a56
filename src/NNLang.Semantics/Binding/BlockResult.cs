using System.Collections.Immutable;
using NNLang.Semantics.Graph;

namespace NNLang.Semantics.Binding;

/// <summary>A block bound without its callers. Immutable.</summary>
internal sealed record BlockResult(BlockSymbol Symbol, NetworkHeader Header, BindingSession Session, BoundBody Body)
{
    /// <summary>Binds a block generically, reusing the binding before where it fits.</summary>
    public static BlockResult Of(BlockSymbol symbol, FileScope file, ImmutableArray<string> engines, string device, BlockResult? previous)
    {
        var header = previous is not null && ReferenceEquals(previous.Symbol, symbol) && symbol.Parameters.Parameters.IsEmpty
            ? previous.Header
            : NetworkHeader.OfBlock(symbol, file);
        var fits = previous is not null && previous.Session.Engines.SequenceEqual(engines) && previous.Header.HasSameContext(header);
        var session = new BindingSession
        {
            File = file,
            Binding = header.Binding,
            IsGeneric = true,
            Engines = engines,
            DeviceName = device,
            Previous = fits ? previous!.Session.Instances : null,
            HasSameSurroundings = fits && file.HasSameNames(previous!.Session.File),
        };
        session.Enter(symbol.Name);
        var scope = new ParameterScope(file, symbol, header.Arguments);
        var site = new BodySite(session, scope, BodyKind.Block, header.Annotations.Merge(OperationAnnotations.None), symbol);
        var body = BodyBinder.Bind(site, symbol.Body, Operators.Shapes.DimensionFacts.Empty, fits ? previous!.Body : null);
        return new BlockResult(symbol, header, session, body);
    }
}
