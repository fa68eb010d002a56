using NNLang.Testing;

namespace NNLang.Onnx.Tests;

public sealed class ImportTests
{
    [Theory]
    [InlineData("squeezenet")]
    [InlineData("resnet50")]
    [InlineData("inception_v1")]
    [InlineData("densenet121")]
    public void LightModelsImport(string name)
    {
        var import = OnnxData.Light(name);
        Assert.True(import.Text is not null, string.Join("\n", import.Problems));
        File.WriteAllText("/tmp/light_" + name + ".nn", import.Text);
    }

    [Fact]
    public void Bf()
    {
        var import = OnnxImporter.Import(File.ReadAllBytes("/tmp/bf/package/ONNX/face_detection_front_128x128_barracuda.onnx"), "bf", new OnnxImportOptions());
        Assert.True(import.Text is not null, string.Join("\n", import.Problems));
        File.WriteAllText("/tmp/bf.nn", import.Text);
    }
}
