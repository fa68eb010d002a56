using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using NNLang.Machine.Programs;

namespace NNLang.Machine.Arithmetic;

/// <summary>
/// The constants of the functions of <c>docs/machine.md</c> 6.6 as committed bits. Immutable. The standard tables are part of every device's
/// identity; a fault makes a copy with one wrong row.
/// </summary>
public sealed class FunctionTables
{
    private const string Resource = "NNLang.Machine.functions.tables";

    internal const int ErfcRows = 176;
    internal const int ErfcTerms = 12;

    private readonly Dictionary<string, double[]> _tables;

    private FunctionTables(ContentHash hash, Dictionary<string, double[]> tables)
    {
        Hash = hash;
        _tables = tables;
        Exp2 = tables["exp2"];
        ExpTerms = tables["exp"];
        ExpConstants = tables["exp_constants"];
        LogCentres = tables["log_centres"];
        LogValues = tables["log_values"];
        Log1pTerms = tables["log1p"];
        Erfc = tables["erfc"];
        ErfTerms = tables["erf"];
        TanhTerms = tables["tanh"];
        Expm1Terms = tables["expm1"];
        Constants = tables["constants"];
    }

    /// <summary>The committed tables.</summary>
    public static FunctionTables Standard { get; } = Read();

    /// <summary>SHA-256 of the committed file; a copy with a wrong row keeps it.</summary>
    public ContentHash Hash { get; }

    /// <summary>2^(j/32), 32 rows: table E.</summary>
    internal double[] Exp2 { get; }

    /// <summary>1/i! for i = 6 down to 0.</summary>
    internal double[] ExpTerms { get; }

    /// <summary>32 / ln 2, and ln 2 / 32 in two parts.</summary>
    internal double[] ExpConstants { get; }

    /// <summary>Centres of 32 intervals of the significand, then 1 for arguments near 1: table L.</summary>
    internal double[] LogCentres { get; }

    /// <summary>Their logarithms.</summary>
    internal double[] LogValues { get; }

    /// <summary>Coefficients of log(1 + r) / r, degree 10 down to 0.</summary>
    internal double[] Log1pTerms { get; }

    /// <summary>176 rows of 12 Taylor coefficients, degree 0 first: table C.</summary>
    internal double[] Erfc { get; }

    /// <summary>Coefficients of erf(x) / x in x x, highest first.</summary>
    internal double[] ErfTerms { get; }

    /// <summary>Coefficients of tanh(x) / x in x x, highest first.</summary>
    internal double[] TanhTerms { get; }

    /// <summary>Coefficients of (exp(x) - 1) / x, highest first.</summary>
    internal double[] Expm1Terms { get; }

    /// <summary>ln 2, 1 / sqrt 2, -2 sqrt(2 / pi), 0.044715.</summary>
    internal double[] Constants { get; }

    /// <summary>How many segments the table of a function has (the one it ends in); 0 if it uses none.</summary>
    public static int SegmentsOf(ActivationFunction function) => function switch
    {
        ActivationFunction.Exp or ActivationFunction.Sigmoid or ActivationFunction.Tanh or ActivationFunction.Silu or ActivationFunction.Softplus
            or ActivationFunction.GeluTanh or ActivationFunction.Elu => 32,
        ActivationFunction.Log => 33,
        ActivationFunction.Erf or ActivationFunction.Gelu => ErfcRows,
        _ => 0,
    };

    /// <summary>
    /// Tables in which the row of one segment is the next row (modulo the count), for the fault <c>wrong_table</c>. They apply to the function the
    /// fault names; others keep the standard ones.
    /// </summary>
    /// <param name="function">The function, which decides the table.</param>
    /// <param name="segment">The row.</param>
    /// <exception cref="ArgumentOutOfRangeException">The function has no such segment.</exception>
    public FunctionTables WithWrongRow(ActivationFunction function, int segment)
    {
        var segments = SegmentsOf(function);
        ArgumentOutOfRangeException.ThrowIfNegative(segment);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(segment, segments);
        var tables = new Dictionary<string, double[]>(_tables);
        string[] names = segments switch { 32 => ["exp2"], 33 => ["log_values"], _ => ["erfc"] };
        foreach (var name in names)
        {
            var wrong = Pinned(_tables[name]);
            var width = wrong.Length / segments;
            _tables[name].AsSpan((segment + 1) % segments * width, width).CopyTo(wrong.AsSpan(segment * width));
            tables[name] = wrong;
        }

        return new FunctionTables(Hash, tables);
    }

    private static FunctionTables Read()
    {
        using var stream = typeof(FunctionTables).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException("The function tables are missing from the assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var tables = new Dictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var line in Encoding.ASCII.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] != '#')
            {
                var words = line.Split(' ');
                var values = words[1..].Select(
                    word => BitConverter.UInt64BitsToDouble(ulong.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
                tables[words[0]] = Pinned(tables.TryGetValue(words[0], out var rows) ? [.. rows, .. values] : [.. values]);
            }
        }

        return new FunctionTables(ContentHash.Of(bytes), tables);
    }

    // Vector code reads the rows through pointers.
    private static double[] Pinned(double[] values)
    {
        var pinned = GC.AllocateUninitializedArray<double>(values.Length, pinned: true);
        values.CopyTo(pinned, 0);
        return pinned;
    }

    internal static unsafe double* Pointer(double[] pinned) => (double*)Unsafe.AsPointer(ref pinned[0]);
}
