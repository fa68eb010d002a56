using NNLang.Protocol.Lsp;

namespace NNLang.LanguageServer;

/// <summary>One thing the server can do: how it announces itself, and the messages it answers. A translation of features, nothing else.</summary>
internal abstract class Capability
{
    /// <summary>Adds itself to what the server says it can do.</summary>
    public virtual ServerCapabilities Announce(ServerCapabilities capabilities) => capabilities;

    /// <summary>Takes its messages.</summary>
    public abstract void Register(LanguageServerHandlers handlers, ServerContext server);
}
