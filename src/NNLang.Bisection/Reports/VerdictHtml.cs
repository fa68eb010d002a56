using System.Globalization;
using System.Net;
using System.Text;
using NNLang.Bisection.Verdicts;

namespace NNLang.Bisection.Reports;

/// <summary>
/// The verdict as one self-contained HTML page: no script, no address of another page; the error of every layer drawn as SVG on a logarithmic
/// scale, the probes as a table. Follows the reader's light or dark preference.
/// </summary>
public static class VerdictHtml
{
    private const int Width = 960;
    private const int Height = 240;
    private const int Margin = 56;

    /// <summary>The page.</summary>
    public static string Write(Verdict verdict)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width\">\n");
        html.Append(CultureInfo.InvariantCulture, $"<title>NNLang bisection of {Text(verdict.Network)}</title>\n<style>{Style}</style>\n</head>\n<body>\n");
        html.Append(CultureInfo.InvariantCulture, $"<h1>{Text(verdict.Summary)}</h1>\n");
        html.Append(CultureInfo.InvariantCulture, $"<p>Network <b>{Text(verdict.Network)}</b>, device <b>{Text(verdict.Device)}</b> (emulated), ");
        html.Append(CultureInfo.InvariantCulture, $"{Quantity.Count(verdict.Layers)} layers.</p>\n");
        html.Append(CultureInfo.InvariantCulture, $"<pre>{Text(VerdictText.Write(verdict))}</pre>\n");
        WriteChart(html, verdict);
        WriteProbes(html, verdict);
        html.Append("</body>\n</html>\n");
        return html.ToString();
    }

    private const string Style =
        ":root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--bad:#b3261e;--good:#1a6e37;--grid:#8c959f}"
        + "@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--bad:#ff8a80;--good:#7ee2a0}}"
        + "body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:1000px;margin:2rem auto;padding:0 1rem}"
        + "h1{font-size:1.4rem}pre{white-space:pre-wrap}table{border-collapse:collapse}th,td{text-align:left;padding:.2rem .8rem .2rem 0}"
        + "svg{max-width:100%;height:auto}svg text{fill:var(--ink);font-size:12px}.differs{color:var(--bad)}.equal{color:var(--good)}";

    private static void WriteChart(StringBuilder html, Verdict verdict)
    {
        if (verdict.LayerErrors.IsEmpty)
        {
            return;
        }

        var layers = verdict.LayerErrors;
        var top = layers.Where(l => double.IsFinite(l.Error)).Select(l => l.Error).Concat(layers.Select(l => l.Bound)).DefaultIfEmpty(1).Max();
        var high = Math.Max(Math.Ceiling(Math.Log10(Math.Max(top, 1e-12))), -8);
        var low = high - 12;
        html.Append("<h2>Error of every layer</h2>\n");
        html.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" ");
        html.Append("aria-label=\"Largest error of each layer, logarithmic\">\n");
        for (var power = low; power <= high; power += 3)
        {
            var y = Y(Math.Pow(10, power), low, high);
            WriteLine(html, Margin, Width, y, "stroke=\"var(--grid)\" stroke-width=\".5\"");
            html.Append(CultureInfo.InvariantCulture, $"<text x=\"4\" y=\"{y + 4:0.#}\">1e{power:0}</text>\n");
        }

        var step = (double)(Width - Margin) / layers.Length;
        for (var i = 0; i < layers.Length; i++)
        {
            WriteLayer(html, layers[i], Margin + (i * step), step, low, high, layers[i].Layer == verdict.Layer?.Path);
        }

        html.Append("</svg>\n<p>In program order. A bar is the largest deviation of a layer's device tensor from the expected one; ");
        html.Append("a layer without a bar is equal bit for bit. A tick is the rounding bound of the layer. The layer named above has a red bar.</p>\n");
        WriteLayers(html, verdict);
    }

    private static void WriteLayer(StringBuilder html, LayerError layer, double x, double step, double low, double high, bool faulty)
    {
        var result = layer.Error == 0 ? "equal" : "error " + Quantity.Value(layer.Error);
        html.Append(CultureInfo.InvariantCulture, $"<g><title>{Text(layer.Layer)}: {result}, bound {Quantity.Value(layer.Bound)}</title>");
        WriteBar(html, x, 0, step, "transparent");
        if (layer.Error > 0 || double.IsNaN(layer.Error))
        {
            var y = Y(double.IsFinite(layer.Error) ? layer.Error : Math.Pow(10, high), low, high);
            WriteBar(html, x, y, Math.Max(step * 0.8, 0.5), faulty ? "var(--bad)" : "var(--grid)");
            if (!double.IsFinite(layer.Error) && step >= 12)
            {
                html.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.##}\" y=\"{y - 4:0.#}\">\u221E</text>");
            }
        }

        if (layer.Bound > 0)
        {
            WriteLine(html, x, x + step, Y(layer.Bound, low, high), "stroke=\"var(--good)\" stroke-width=\"2\"");
        }

        if (faulty)
        {
            var (at, anchor) = x > Width / 2 ? (x + step, "end") : (x, "start");
            html.Append(CultureInfo.InvariantCulture, $"<text x=\"{at:0.##}\" y=\"{Height - 4}\" text-anchor=\"{anchor}\">{Text(layer.Layer)}</text>");
        }

        html.Append("</g>\n");
    }

    private static void WriteLine(StringBuilder html, double from, double to, double y, string stroke) =>
        html.Append(CultureInfo.InvariantCulture, $"<line x1=\"{from:0.##}\" x2=\"{to:0.##}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\" {stroke}/>");

    private static void WriteBar(StringBuilder html, double x, double y, double width, string colour)
    {
        html.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.##}\" y=\"{y:0.#}\" width=\"{width:0.##}\" ");
        html.Append(CultureInfo.InvariantCulture, $"height=\"{Height - 20 - y:0.#}\" fill=\"{colour}\"/>");
    }

    private static void WriteLayers(StringBuilder html, Verdict verdict)
    {
        html.Append("<details>\n<summary>As a table</summary>\n<table>\n<tr><th>layer</th><th>result</th><th>largest error</th><th>bound</th></tr>\n");
        foreach (var layer in verdict.LayerErrors)
        {
            var outcome = layer.Error == 0 ? "equal" : "differs";
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(layer.Layer)}</td><td class=\"{outcome}\">{outcome}</td>");
            html.Append(CultureInfo.InvariantCulture, $"<td>{Quantity.Value(layer.Error)}</td><td>{Quantity.Value(layer.Bound)}</td></tr>\n");
        }

        html.Append("</table>\n</details>\n");
    }

    private static void WriteProbes(StringBuilder html, Verdict verdict)
    {
        html.Append("<h2>Probes</h2>\n<table>\n<tr><th>length</th><th>layer</th><th>kind</th><th>result</th><th>largest error</th><th>seconds</th></tr>\n");
        foreach (var probe in verdict.Probes)
        {
            var outcome = probe.Kind switch { ProbeOutcome.Equal => "equal", ProbeOutcome.Differs => "differs", _ => "failed" };
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{probe.Length}</td><td>{Text(probe.Layer)}</td><td>{Name(probe.What)}</td>");
            html.Append(CultureInfo.InvariantCulture, $"<td class=\"{outcome}\">{outcome}</td><td>{Quantity.Value(probe.MaxError)}</td>");
            html.Append(CultureInfo.InvariantCulture, $"<td>{probe.Seconds:0.000}</td></tr>\n");
        }

        html.Append("</table>\n");
    }

    private static string Name(ProbeKind kind) => kind switch
    {
        ProbeKind.FromInput => "from the input",
        ProbeKind.FromReference => "from reference tensors",
        ProbeKind.Tapped => "tapped",
        _ => "instrumented",
    };

    private static double Y(double value, double low, double high)
    {
        var position = Math.Clamp((Math.Log10(value) - low) / (high - low), 0, 1);
        return Height - 20 - (position * (Height - 40));
    }

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
