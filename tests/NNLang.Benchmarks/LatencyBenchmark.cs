using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NNLang.Testing;

namespace NNLang.Benchmarks;

/// <summary>
/// From one typed character to the diagnostics on the wire, at 10,000 operations, beside mlir-lsp-server on the same network: both servers are
/// driven over stdio by the same outside tool, in turn. Best and median of 15 runs; a run's figure is the median of its edits.
/// </summary>
internal static class LatencyBenchmark
{
    private const int Operations = 10_000;
    private const int Runs = 15;

    public static void Run()
    {
        var tool = Repository.SharedPath("tools/lsp-latency.mjs");
        var folder = Directory.CreateTempSubdirectory("nnlang-latency");
        try
        {
            var network = Write(folder, "chain.nn", LargeChain.NNLang(Operations));
            var mlir = Write(folder, "chain.mlir", LargeChain.Mlir(Operations));
            var server = Repository.PathOf("artifacts/bin/NNLang.Cli/release/nnc");
            var peer = FindPeer();
            Console.WriteLine("| edit at 10,000 operations | NNLang, ms (best, median) | mlir-lsp-server, ms (best, median) | mlir-lsp-server / NNLang |");
            Console.WriteLine("| --- | --- | --- | --- |");
            foreach (var (title, find) in new[] { ("a digit that changes no type", "max: "), ("a digit that changes types below it", "kernel: ") })
            {
                List<double> own = [], others = [];
                for (var run = 0; run < Runs; run++)
                {
                    own.Add(Measure(tool, network, "nnlang", find, server, "lsp"));
                    if (peer is not null)
                    {
                        others.Add(Measure(tool, mlir, "mlir", "max_val = ", peer));
                    }
                }

                own.Sort();
                others.Sort();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {title} | {own[0]:0.00}, {own[Runs / 2]:0.00} | ")
                    + (peer is null
                        ? "mlir-lsp-server 22 was not found (mlir-22-tools has it) | |"
                        : string.Create(CultureInfo.InvariantCulture, $"{others[0]:0.0}, {others[Runs / 2]:0.0} | {others[0] / own[0]:0.0} |")));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Write(DirectoryInfo folder, string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string? FindPeer()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Prepend("/usr/lib/llvm-22/bin");
        return folders.Select(folder => Path.Combine(folder, "mlir-lsp-server")).FirstOrDefault(File.Exists);
    }

    /// <summary>The median time of a run's edits in ms.</summary>
    private static double Measure(string tool, string file, string language, string find, params string[] server)
    {
        string[] arguments = [tool, "--file", file, "--lang", language, "--find", find, "--edits", "30", "--", .. server];
        using var process = Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        using var json = JsonDocument.Parse(output);
        return json.RootElement.GetProperty("edit_to_diagnostics_ms").GetProperty("p50").GetDouble();
    }
}
