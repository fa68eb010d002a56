using System.Text.Json;
using NNLang.Protocol.Lsp;
using NNLang.Workspaces.Snapshots;

namespace NNLang.LanguageServer;

/// <summary>What the client can do, as far as the server acts on it. Immutable.</summary>
public sealed record ClientFeatures
{
    /// <summary>Whether places are counted in bytes of UTF-8.</summary>
    public bool IsUtf8 { get; private init; }

    /// <summary>Whether the client asks again for inlay hints when told to.</summary>
    public bool RefreshesInlayHints { get; private init; }

    /// <summary>Whether the client asks again for lenses when told to.</summary>
    public bool RefreshesCodeLenses { get; private init; }

    /// <summary>Whether completion may insert snippets.</summary>
    public bool Snippets { get; private init; }

    /// <summary>Whether edits may name the version that they apply to.</summary>
    public bool VersionedEdits { get; private init; }

    /// <summary>The command that explains a diagnostic code, where the client has one and shows codes as links; else null.</summary>
    public string? ExplainCommand { get; private init; }

    /// <summary>The scheme under which the client shows texts of built-in devices; null where it has none.</summary>
    public string? DeviceScheme { get; private init; }

    /// <summary>Reads them from the first request.</summary>
    public static ClientFeatures Of(InitializeParams parameters)
    {
        var capabilities = parameters.Capabilities;
        return new ClientFeatures
        {
            IsUtf8 = PrefersUtf8(capabilities.General?.PositionEncodings),
            RefreshesInlayHints = capabilities.Workspace?.InlayHint?.RefreshSupport == true,
            RefreshesCodeLenses = capabilities.Workspace?.CodeLens?.RefreshSupport == true,
            Snippets = capabilities.TextDocument?.Completion?.CompletionItem?.SnippetSupport == true,
            ExplainCommand = capabilities.TextDocument?.PublishDiagnostics?.CodeDescriptionSupport == true ? Option(parameters, "explainCommand") : null,
            DeviceScheme = Option(parameters, "deviceScheme"),
            VersionedEdits = capabilities.Workspace?.WorkspaceEdit?.DocumentChanges == true,
        };
    }

    /// <summary>Settings from what the client sent: the object itself, or below <c>nnlang</c>.</summary>
    public static WorkspaceSettings Read(JsonElement? sent, WorkspaceSettings before)
    {
        if (sent is not { ValueKind: JsonValueKind.Object } settings)
        {
            return before;
        }

        if (settings.TryGetProperty("nnlang", out var section))
        {
            if (section.ValueKind != JsonValueKind.Object)
            {
                return before;
            }

            settings = section;
        }

        var device = settings.TryGetProperty("device", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
        var hints = settings.TryGetProperty("hints", out var mode) && mode.ValueKind == JsonValueKind.String ? mode.GetString() : null;
        return before with
        {
            Device = string.IsNullOrEmpty(device) ? null : device,
            Hints = hints switch
            {
                "none" => HintMode.None,
                "shapes" => HintMode.Shapes,
                _ => HintMode.ShapesAndEngines,
            },
        };
    }

    private static string? Option(InitializeParams parameters, string name) =>
        parameters.InitializationOptions is { ValueKind: JsonValueKind.Object } options
        && options.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    // The client lists them by preference, and UTF-16 is what it means where it says nothing.
    private static bool PrefersUtf8(string[]? encodings)
    {
        foreach (var encoding in encodings ?? [])
        {
            if (encoding is PositionEncodingKind.UTF8 or PositionEncodingKind.UTF16)
            {
                return encoding == PositionEncodingKind.UTF8;
            }
        }

        return false;
    }
}
