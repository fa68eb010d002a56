using System.Text.Json.Serialization;

namespace NNLang.Protocol.Extensions;

/// <summary>The requests that NNLang adds to the Language Server Protocol.</summary>
public static class ExtensionRequests
{
    /// <summary>Both schedules of a network.</summary>
    public static readonly RequestType<ScheduleParams, ScheduleResult?> Schedule = new("nnlang/schedule", ExtensionJsonContext.Default);

    /// <summary>The networks of a document.</summary>
    public static readonly RequestType<NetworksParams, NetworksResult> Networks = new("nnlang/networks", ExtensionJsonContext.Default);

    /// <summary>The text of a built-in device; null for an unknown one.</summary>
    public static readonly RequestType<DeviceTextParams, DeviceTextResult?> DeviceText = new("nnlang/deviceText", ExtensionJsonContext.Default);

    /// <summary>The page about a diagnostic code; null for an unknown one.</summary>
    public static readonly RequestType<ExplainParams, ExplainResult?> Explain = new("nnlang/explain", ExtensionJsonContext.Default);
}

/// <summary>The notifications that NNLang adds to the Language Server Protocol, both from server to client.</summary>
public static class ExtensionNotifications
{
    /// <summary>What the status bar shows.</summary>
    public static readonly NotificationType<StatusParams> Status = new("nnlang/status", ExtensionJsonContext.Default);

    /// <summary>A schedule is new.</summary>
    public static readonly NotificationType<ScheduleChangedParams> ScheduleChanged = new("nnlang/scheduleChanged", ExtensionJsonContext.Default);
}

/// <summary>How NNLang's own messages are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ScheduleParams))]
[JsonSerializable(typeof(ScheduleResult))]
[JsonSerializable(typeof(ScheduleChangedParams))]
[JsonSerializable(typeof(StatusParams))]
[JsonSerializable(typeof(NetworksParams))]
[JsonSerializable(typeof(NetworksResult))]
[JsonSerializable(typeof(DeviceTextParams))]
[JsonSerializable(typeof(DeviceTextResult))]
[JsonSerializable(typeof(ExplainParams))]
[JsonSerializable(typeof(ExplainResult))]
public sealed partial class ExtensionJsonContext : JsonSerializerContext;
