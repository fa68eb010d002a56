using System.Text.Json.Serialization;
using NNLang.Protocol;

namespace NNLang.DebugAdapter.Sessions;

/// <summary>A probe of a bisection, told to a client as the event <c>nnlang/probe</c>.</summary>
/// <param name="Length">The length, in fused groups.</param>
/// <param name="Lengths">The number of lengths.</param>
/// <param name="Layer">The path of the last layer of the length.</param>
/// <param name="Verdict">equal, differs or failed.</param>
/// <param name="Kind">fromInput, fromReference, tapped or instrumented.</param>
/// <param name="MaxError">The largest error at the cut; -1 where it is not finite.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ProbeEventBody(int Length, int Lengths, string Layer, string Verdict, string Kind, double MaxError, double Seconds);

/// <summary>How the adapter's own events are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProbeEventBody))]
internal sealed partial class AdapterJsonContext : JsonSerializerContext;

/// <summary>The adapter's own events.</summary>
internal static class AdapterEvents
{
    /// <summary>A probe has ended.</summary>
    public static readonly NotificationType<ProbeEventBody> Probe = new("nnlang/probe", AdapterJsonContext.Default);
}
