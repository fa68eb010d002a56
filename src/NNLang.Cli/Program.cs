namespace NNLang.Cli;

/// <summary>The entry point of <c>nnc</c>.</summary>
internal static class Program
{
    private static int Main(string[] args) => args.Length == 0 ? 3 : 0;
}
