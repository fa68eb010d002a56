using System.Text.RegularExpressions;
using Google.Protobuf;
using NNLang.Onnx.Wire;
using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Onnx.Tests;

/// <summary>
/// ONNX's own backend tests: every model of the shared archive is imported, bound and run, or refused with its reason. The report of which
/// is which is a snapshot, so that nothing silently stops being supported.
/// </summary>
public sealed class BackendTests
{
    [Fact]
    public void EveryModelRunsOrIsRefusedWithItsReason()
    {
        var files = SharedOnnx.Read("backend-tests.tar.gz", path => !path.Contains("/light/", StringComparison.Ordinal));
        var models = files.Keys.Where(path => path.EndsWith("/model.onnx", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        Assert.True(models.Length > 1_000);
        var (passed, refused, failures) = (new List<string>(), new SortedDictionary<string, int>(StringComparer.Ordinal), new List<string>());
        foreach (var model in models)
        {
            var name = model.Split('/')[^2];
            var folder = model[..^"model.onnx".Length] + "test_data_set_0/";
            var import = OnnxImporter.Import(files[model], name, new OnnxImportOptions());
            var known = import.Text is null && import.Problems[0].Message.Contains("computed at run time", StringComparison.Ordinal);
            if (known)
            {
                // The tests feed weights and attributes as inputs: networks have them in the file.
                import = OnnxImporter.Import(WithKnownInputs(files[model], files, folder), name, new OnnxImportOptions());
            }

            if (import.Text is null)
            {
                var problem = import.Problems.Single();
                if (problem.Code != "NN9001")
                {
                    failures.Add($"{name}: {problem.Code} {problem.Message}");
                    continue;
                }

                var reason = Regex.Replace(Regex.Replace(problem.Message, "^Node '[^']*'( \\([^)]*\\))?: ", string.Empty), "'[^']*'|[a-z0-9]+\\[[^]]*\\]", "..");
                refused[reason] = refused.GetValueOrDefault(reason) + 1;
                continue;
            }

            try
            {
                Run(import, files, folder);
                passed.Add(name);
            }
            catch (Exception failure)
            {
                failures.Add($"{name}: {failure.GetType().Name} {failure.Message.Split("\nweights")[0].Split("\n///")[0]}");
            }
        }

        Assert.True(failures.Count == 0, $"{passed.Count} passed, {failures.Count} failed:\n{string.Join("\n", failures.Take(60))}");
        Snapshot.Match(
            "tests/NNLang.Onnx.Tests/Snapshots/backend-tests.txt",
            $"{passed.Count} of {models.Length} models run.\n\nRefused, and how many:\n"
                + string.Concat(refused.Select(pair => $"{pair.Value,4} {pair.Key}\n")));
    }

    /// <summary>The model with every input but the first as an initialiser.</summary>
    private static byte[] WithKnownInputs(byte[] bytes, Dictionary<string, byte[]> files, string folder)
    {
        var model = OnnxImporter.Parse(bytes);
        for (var i = model.Graph.Input.Count - 1; i > 0; i--)
        {
            if (files.TryGetValue($"{folder}input_{i}.pb", out var file))
            {
                var data = TensorData.Parser.ParseFrom(file);
                data.Name = model.Graph.Input[i].Name;
                model.Graph.Initializer.Add(data);
                model.Graph.Input.RemoveAt(i);
            }
        }

        return model.ToByteArray();
    }

    private static void Run(OnnxImport import, Dictionary<string, byte[]> files, string folder)
    {
        var network = Interpreted.Bind(import);
        var inputs = new List<Tensor>();
        for (var i = 0; files.TryGetValue($"{folder}input_{i}.pb", out var bytes); i++)
        {
            inputs.Add(OnnxTensorFile.Read(bytes));
        }

        var outputs = Interpreted.Run(network, inputs, import.Weights.ToDictionary());
        for (var i = 0; files.TryGetValue($"{folder}output_{i}.pb", out var bytes); i++)
        {
            var expected = OnnxTensorFile.Read(bytes);
            if (i == 1 && outputs.Length == 1)
            {
                continue;
            }

            var error = Interpreted.RelativeError(expected, outputs[i]);
            Assert.True(error < (ElementTypes.Bytes(expected.Type) < 4 ? 2e-2 : 1e-4), $"output {i}: relative error {error:G3}");
        }
    }
}
