using Google.Protobuf;
using NNLang.Onnx.Import;
using NNLang.Onnx.Wire;
using NNLang.Tensors;

namespace NNLang.Onnx;

/// <summary>Reads single ONNX tensors (<c>input_K.pb</c>): the test data that comes with models.</summary>
public static class OnnxTensorFile
{
    /// <summary>Reads a file's bytes. Throws <see cref="TensorFileException"/> where they are no tensor of a supported type.</summary>
    public static Tensor Read(ReadOnlyMemory<byte> file)
    {
        try
        {
            return TensorReader.Read(TensorData.Parser.WithDiscardUnknownFields(true).ParseFrom(file.Span), readExternal: null);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new TensorFileException("The file is no ONNX tensor.", failure);
        }
        catch (ImportException failure)
        {
            throw new TensorFileException(failure.Problem.Message, failure);
        }
    }
}
