using System.Diagnostics;
using System.Globalization;
using NNLang.Testing;

namespace NNLang.Cli.Tests;

/// <summary>
/// Nothing phones home and nothing is left behind: a bisection with ONNX Runtime in a process of its own, with folders of its own for
/// everything that a program may think is the user's.
/// </summary>
public sealed class PrivacyTests
{
    [Fact]
    public void A_bisection_with_ONNX_Runtime_makes_no_connection_and_no_file_but_its_report()
    {
        using var world = new TemporaryFolder();
        var folders = new Dictionary<string, string>();
        foreach (var (variable, name) in (ReadOnlySpan<(string, string)>)[
            ("HOME", "home"), ("TMPDIR", "tmp"), ("XDG_CACHE_HOME", "home/.cache"), ("XDG_CONFIG_HOME", "home/.config"),
            ("XDG_DATA_HOME", "home/.local/share"), ("XDG_STATE_HOME", "home/.local/state"), ("XDG_RUNTIME_DIR", "run")])
        {
            folders[variable] = Directory.CreateDirectory(Path.Combine(world.Path, name)).FullName;
        }

        var work = Directory.CreateDirectory(Path.Combine(world.Path, "work")).FullName;
        File.Copy(Repository.PathOf("examples/residual.nn"), Path.Combine(work, "residual.nn"));
        var tool = Path.GetDirectoryName(Tool())!;
        var before = (World: Listing(world.Path), Tool: Listing(tool));
        var (code, output, error, seen) = Run(folders, work);
        Assert.True(code == 0, $"{code}\n{output}{error}");
        Assert.Contains("\"verdict\": \"clean\"", output, StringComparison.Ordinal);
        Assert.Empty(seen);
        Assert.Equal(["work/report.html"], Listing(world.Path).Except(before.World));
        Assert.Equal(before.Tool, Listing(tool));
    }

    // The exit code, both outputs, and what was seen that must not be: connections, and files made outside the folders given.
    private static (int Code, string Output, string Error, List<string> Seen) Run(Dictionary<string, string> folders, string work)
    {
        string[] command = [Tool(), "bisect", "residual.nn", "--reference", "onnxruntime", "--report", "report.html", "--json"];
        var trace = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"nnlang-trace-{Environment.ProcessId}"));
        var strace = "/usr/bin/strace";
        var traced = File.Exists(strace) && Process.Start(new ProcessStartInfo(strace, ["-o", "/dev/null", "true"])) is { } trial && Ends(trial) == 0;
        var start = traced
            ? new ProcessStartInfo(strace, ["-f", "-qq", "-e", "trace=network,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2", "-o", trace, .. command])
            : new ProcessStartInfo(command[0], command[1..]);
        start.WorkingDirectory = work;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach (var (variable, folder) in folders)
        {
            start.Environment[variable] = folder;
        }

        start.Environment.Remove("ORT_DISABLE_TELEMETRY");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var seen = new HashSet<string>();
        while (!process.WaitForExit(1))
        {
            seen.UnionWith(traced || !OperatingSystem.IsLinux() ? [] : InternetSocketsOf(process.Id));
        }

        if (traced)
        {
            var lines = File.ReadAllLines(trace);
            Assert.Contains(lines, line => line.Contains("residual.nn", StringComparison.Ordinal));
            seen.UnionWith(lines.Where(line => line.Contains("AF_INET", StringComparison.Ordinal)));
            seen.UnionWith(lines.Where(line => Creates(line) && !line.Contains('"' + Path.GetDirectoryName(work), StringComparison.Ordinal)
                && !line.Contains("(\"report.html", StringComparison.Ordinal)));
            File.Delete(trace);
        }

        return (process.ExitCode, output.Result, error.Result, [.. seen]);
    }

    private static bool Creates(string line) =>
        line.Contains("O_CREAT", StringComparison.Ordinal) || line.Contains("mkdir", StringComparison.Ordinal) || line.Contains("rename", StringComparison.Ordinal);

    // What the process holds of the internet sockets of its network namespace.
    private static IEnumerable<string> InternetSocketsOf(int process)
    {
        var held = new HashSet<string>();
        var lines = new List<string>();
        try
        {
            foreach (var descriptor in Directory.GetFiles($"/proc/{process}/fd"))
            {
                if (new FileInfo(descriptor).LinkTarget is { } link && link.StartsWith("socket:[", StringComparison.Ordinal))
                {
                    held.Add(link[8..^1]);
                }
            }

            foreach (var table in (string[])["tcp", "tcp6", "udp", "udp6"])
            {
                lines.AddRange(File.ReadLines($"/proc/{process}/net/{table}").Skip(1));
            }
        }
        catch (IOException)
        {
            // The process has just ended.
        }
        catch (UnauthorizedAccessException)
        {
            // The process has just ended.
        }

        return lines.Where(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 9 } columns && held.Contains(columns[9]));
    }

    private static int Ends(Process process)
    {
        using (process)
        {
            process.WaitForExit();
            return process.ExitCode;
        }
    }

    private static string Tool()
    {
        // Beside the tests lies the same build of the tool: their output folders share a parent.
        var here = AppContext.BaseDirectory.TrimEnd('/');
        var path = Path.Combine(here, "..", "..", "NNLang.Cli", Path.GetFileName(here), "nnc");
        Assert.True(File.Exists(path), $"{path} is absent.");
        return Path.GetFullPath(path);
    }

    private static List<string> Listing(string folder) =>
        [.. Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal)];
}
