namespace NNLang.Machine.Instructions;

/// <summary>The table of sequencers: their names in device files, in assembler text and in the sections of a program file.</summary>
public static class Engines
{
    private static readonly string[] Names = ["tensor", "vector", "scalar", "gpsimd", "sync"];

    /// <summary>How many sequencers there are.</summary>
    public const int Count = 5;

    /// <summary>The name in device files and assembler text.</summary>
    public static string Name(Engine engine) => Names[(int)engine];

    /// <summary>The one-letter name: T, V, S, G, Y.</summary>
    public static char Letter(Engine engine) => "TVSGY"[(int)engine];

    /// <summary>The sequencer of a name; null if there is none.</summary>
    public static Engine? Parse(string name) =>
        Array.IndexOf(Names, name) is >= 0 and var index ? (Engine)index : null;
}
