using NNLang.Cli.Hosting;
using NNLang.Testing;

namespace NNLang.Cli.Tests;

/// <summary>Runs <c>nnc</c> in this process, from the repository's root.</summary>
internal static class Nnc
{
    /// <summary>Exit code and both outputs of one command line.</summary>
    public static (int Code, string Output, string Error) Run(params string[] args)
    {
        Directory.SetCurrentDirectory(Repository.Root);
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = (int)CommandLine.Run(args, output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Splits a command line as a shell does: blanks, single and double quotes.</summary>
    public static string[] Split(string commandLine)
    {
        var words = new List<string>();
        var word = new System.Text.StringBuilder();
        var quote = '\0';
        var inWord = false;
        foreach (var c in commandLine)
        {
            if (quote != '\0')
            {
                if (c == quote)
                {
                    quote = '\0';
                }
                else
                {
                    word.Append(c);
                }
            }
            else if (c is '\'' or '"')
            {
                quote = c;
                inWord = true;
            }
            else if (c == ' ')
            {
                if (inWord)
                {
                    words.Add(word.ToString());
                    word.Clear();
                    inWord = false;
                }
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }

        if (inWord)
        {
            words.Add(word.ToString());
        }

        return [.. words];
    }
}
