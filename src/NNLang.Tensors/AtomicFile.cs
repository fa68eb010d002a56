namespace NNLang.Tensors;

/// <summary>Writes files that are either whole or not there.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes beside the path under a temporary name, then moves it there, replacing what was. Where writing fails the temporary file is
    /// deleted and the old one kept. Throws what the body and the file system throw.
    /// </summary>
    public static void Write(string path, Action<Stream> body)
    {
        var temporary = path + ".part";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                body(stream);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
