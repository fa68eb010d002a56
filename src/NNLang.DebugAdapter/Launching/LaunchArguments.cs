using System.Collections.Immutable;
using System.Text.Json;
using NNLang.Bisection;
using NNLang.Bisection.Search;
using NNLang.Protocol.Dap;
using NNLang.Targets.Launch;

namespace NNLang.DebugAdapter.Launching;

/// <summary>The attributes of a launch configuration, checked. Attributes that are not known are ignored: clients add their own.</summary>
internal sealed record LaunchArguments
{
    private const int BadAttribute = 1;

    /// <summary>What to run.</summary>
    public required LaunchRequest Request { get; init; }

    /// <summary>Whether the first wrong layer is searched; else the network runs under breakpoints.</summary>
    public required bool IsBisect { get; init; }

    /// <summary>How it is searched.</summary>
    public required BisectionOptions Options { get; init; }

    /// <summary>Whether a run stops before the first instruction.</summary>
    public bool StopOnEntry { get; init; }

    /// <summary>Whether the stop of a divergence has the reason <c>exception</c>, which some editors show better.</summary>
    public bool StopsAsException { get; init; }

    /// <summary>Whether nothing stops: the client wants the result only.</summary>
    public bool WithoutDebugging { get; init; }

    /// <summary>The device where neither the configuration nor the network names one.</summary>
    public string? DefaultDevice { get; init; }

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="DebugRequestException">An attribute is absent or misfits; the message names it.</exception>
    public static LaunchArguments Parse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Bad("The launch configuration must be an object.");
        }

        var program = Text(json, "program") ?? throw Bad("'program' is missing: name the network, as in \"sample.nn\".");
        if (Text(json, "precision") is { } precision and not "f32")
        {
            throw Bad($"'precision' is '{precision}': only f32 can be run.");
        }

        return new LaunchArguments
        {
            Request = new LaunchRequest(program)
            {
                Device = Text(json, "device"),
                Faults = Texts(json, "faults"),
                Seed = Integer(json, "seed") ?? 0,
                Dimensions = Members(json, "dims", static (value, name) => value.TryGetInt64Value() ?? throw Bad($"'{name}' must be a whole number.")),
                Inputs = Members(json, "inputs", static (value, name) =>
                    value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Bad($"'{name}' must be the path of a .npy file.")),
                Weights = Text(json, "weights"),
            },
            IsBisect = Choice(json, "mode", "bisect", "run") == 0,
            Options = new BisectionOptions
            {
                Mode = Choice(json, "search", "bisect", "linear", "tap") switch { 1 => SearchMode.Linear, 2 => SearchMode.Tap, _ => SearchMode.Bisect },
                FromReference = Choice(json, "from", "input", "reference") == 1,
            },
            StopOnEntry = Flag(json, "stopOnEntry"),
            StopsAsException = Choice(json, "divergenceStop", "divergence", "exception") == 1,
            WithoutDebugging = Flag(json, "noDebug"),
            DefaultDevice = Text(json, "defaultDevice"),
        };
    }

    private static JsonElement? Member(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement json, string name) =>
        Member(json, name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Bad($"'{name}' must be a text.");

    private static bool Flag(JsonElement json, string name) =>
        Member(json, name) is { } value && (value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.ValueKind == JsonValueKind.True
            : throw Bad($"'{name}' must be true or false."));

    private static long? Integer(JsonElement json, string name) =>
        Member(json, name) is { } value ? value.TryGetInt64Value() ?? throw Bad($"'{name}' must be a whole number.") : null;

    private static int Choice(JsonElement json, string name, params string[] choices)
    {
        if (Text(json, name) is not { } text)
        {
            return 0;
        }

        var index = Array.IndexOf(choices, text);
        return index >= 0 ? index : throw Bad($"'{name}' is '{text}'; it can be {string.Join(", ", choices)}.");
    }

    private static ImmutableArray<string> Texts(JsonElement json, string name)
    {
        if (Member(json, name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Bad($"'{name}' must be a list of texts.");
        }

        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var item in value.EnumerateArray())
        {
            texts.Add(item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Bad($"'{name}[{texts.Count}]' must be a text."));
        }

        return texts.ToImmutable();
    }

    private static ImmutableSortedDictionary<string, T> Members<T>(JsonElement json, string name, Func<JsonElement, string, T> read)
    {
        if (Member(json, name) is not { } value)
        {
            return ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Bad($"'{name}' must be an object.");
        }

        var members = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            members[member.Name] = read(member.Value, $"{name}.{member.Name}");
        }

        return members.ToImmutable();
    }

    private static DebugRequestException Bad(string message) => new(BadAttribute, message, showUser: true);
}

/// <summary>Reading of JSON numbers that may not be numbers.</summary>
internal static class JsonNumbers
{
    /// <summary>The whole number; null if the value is none.</summary>
    public static long? TryGetInt64Value(this JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}
