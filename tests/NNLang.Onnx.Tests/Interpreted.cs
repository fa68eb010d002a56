using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Semantics;
using NNLang.Semantics.Graph;
using NNLang.Syntax;
using NNLang.Syntax.Diagnostics;
using NNLang.Syntax.Formatting;
using NNLang.Tensors;
using NNLang.Tensors.Safetensors;

namespace NNLang.Onnx.Tests;

/// <summary>Binds imported text and runs the network in binary64, operator by operator.</summary>
internal static class Interpreted
{
    /// <summary>The network of an import; fails the test on any diagnostic but information.</summary>
    public static Network Bind(OnnxImport import, string weightsFile = "weights.safetensors")
    {
        Assert.True(import.Text is not null, string.Join("\n", import.Problems));
        Assert.Equal(import.Text, Formatter.Format(SyntaxTree.Parse(import.Text)));
        var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, import.Weights, []);
        var files = new OneFile(weightsFile, stream.ToArray());
        var compilation = Compilation.Create(SyntaxTree.Parse(import.Text), new CompilationOptions { Files = files });
        var found = compilation.Diagnostics.Where(d => d.Severity is DiagnosticSeverity.Error or DiagnosticSeverity.Warning).Take(5).ToArray();
        Assert.True(found.Length == 0, string.Join("\n", found.Select(d => d.ToString())) + "\n" + import.Text);
        return compilation.GetNetwork(compilation.MainNetwork!)!;
    }

    /// <summary>The outputs of a network; and with <paramref name="all"/> every layer's first result by path.</summary>
    public static Tensor[] Run(Network network, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> weights, Dictionary<string, Tensor>? all = null)
    {
        var results = new ImmutableArray<Tensor>[network.Layers.Length];
        for (var i = 0; i < results.Length; i++)
        {
            var layer = network.Layers[i];
            var slots = layer.Operation.Operator.Slots.Length;
            results[i] = layer.Operation.Operator.Evaluate(new EvaluationContext(
                [.. layer.Operands.Select(operand => Value(i, operand, operand.Kind == ValueKind.Source ? layer.Sources[operand.Index] : null))],
                [.. layer.Sources.Take(slots).Select(source => source is null ? null : Source(source))],
                layer.Operation.Attributes,
                [.. layer.Operation.ResultTypes.Select(type => type.KnownShape!.Value)]));
            all?.Add(layer.Path, results[i][0]);
        }

        return [.. network.Outputs.Select(output => Value(results.Length, output.Value, output.Source)!)];

        Tensor? Value(int reader, ValueRef value, TensorSource? source) => value.Kind switch
        {
            ValueKind.Input => inputs[value.Index].ToDoubles(),
            ValueKind.Layer => results[Network.ProducerOf(reader, value)][value.Result],
            ValueKind.Source => Source(source!),
            _ => null,
        };

        Tensor Source(TensorSource source) => source switch
        {
            TensorSource.Weight weight => weights[weight.Key].ToDoubles(),
            TensorSource.Constant constant => constant.Value.ToDoubles(),
            _ => throw new NotSupportedException(),
        };
    }

    /// <summary>The largest error over the largest magnitude; NaN and infinity must be equal.</summary>
    public static double RelativeError(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        var a = expected.ToDoubles().AsDoubles();
        var b = actual.ToDoubles().AsDoubles();
        double error = 0, largest = 1e-7;
        for (var i = 0; i < a.Length; i++)
        {
            if (!double.IsFinite(a[i]))
            {
                Assert.Equal(a[i], b[i]);
                continue;
            }

            Assert.True(double.IsFinite(b[i]));
            error = Math.Max(error, Math.Abs(a[i] - b[i]));
            largest = Math.Max(largest, Math.Abs(a[i]));
        }

        return error / largest;
    }

    private sealed class OneFile(string name, byte[] bytes) : IFileSystem
    {
        public Stream? Open(string path) => path.EndsWith(name, StringComparison.Ordinal) ? new MemoryStream(bytes) : null;

        public long? VersionOf(string path) => path.EndsWith(name, StringComparison.Ordinal) ? 1 : null;

        public string? PhysicalPath(string path) => null;
    }
}
