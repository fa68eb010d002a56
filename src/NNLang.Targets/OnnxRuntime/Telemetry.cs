using System.Runtime.InteropServices;

namespace NNLang.Targets.OnnxRuntime;

/// <summary>
/// Keeps ONNX Runtime silent. Since 1.29 it reports usage by default, and it reads its switch from the environment of the process in native
/// code, where <see cref="Environment.SetEnvironmentVariable(string, string?)"/> does not reach on Linux and macOS.
/// </summary>
internal static partial class Telemetry
{
    private const string Switch = "ORT_DISABLE_TELEMETRY";

    /// <summary>Turns reporting off. Must run before the native library is first used; repeating it is harmless.</summary>
    public static void Disable()
    {
        Environment.SetEnvironmentVariable(Switch, "1");
        if (!OperatingSystem.IsWindows())
        {
            _ = SetNative(Switch, "1", 1);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNative(string name, string value, int overwrite);
}
