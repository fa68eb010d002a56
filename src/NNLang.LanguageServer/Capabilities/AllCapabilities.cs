namespace NNLang.LanguageServer.Capabilities;

/// <summary>Everything the server can do.</summary>
internal static class AllCapabilities
{
    public static IReadOnlyList<Capability> Create() =>
    [
        new Synchronisation(),
        new Settings(),
        new HoverCapability(),
        new ExtensionCapability(),
        new SymbolCapability(),
        new FoldingCapability(),
        new SemanticTokenCapability(),
        new FormattingCapability(),
        new InlayHintCapability(),
        new CodeLensCapability(),
        new CodeActionCapability(),
        new CompletionCapability(),
        new NavigationCapability(),
        new CommandCapability(),
    ];
}
