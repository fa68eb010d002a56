using NNLang.Bisection.Reports;
using NNLang.Bisection.Verdicts;

namespace NNLang.Cli.Hosting;

/// <summary>
/// Tells of each probe: on a terminal as one line that is rewritten, elsewhere as lines.
/// </summary>
internal sealed class ProgressBar(TextWriter error, int lengths) : IProgress<ProbeRecord>, IDisposable
{
    private readonly bool _rewrites = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;
    private int _probes;
    private int _width;

    /// <inheritdoc/>
    public void Report(ProbeRecord value)
    {
        _probes++;
        var expected = Math.Max(_probes, (int)Math.Ceiling(Math.Log2(Math.Max(2, lengths))) + 3);
        var text = VerdictText.Write(value, lengths);
        if (!_rewrites)
        {
            error.WriteLine(text);
            return;
        }

        var filled = 20 * _probes / expected;
        var line = $"[{new string('#', filled)}{new string('.', 20 - filled)}] {text}";
        error.Write("\r" + line.PadRight(_width));
        _width = line.Length;
    }

    /// <summary>Takes the bar away.</summary>
    public void Clear()
    {
        if (_rewrites && _width > 0)
        {
            error.Write("\r" + new string(' ', _width) + "\r");
            _width = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();
}
