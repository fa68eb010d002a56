using Microsoft.ML.OnnxRuntime;
using NNLang.Tensors;

namespace NNLang.Targets.OnnxRuntime;

/// <summary>
/// One ONNX model loaded into ONNX Runtime in this process. Nothing else of the project touches the native library. Not thread-safe;
/// <see cref="Dispose"/> releases native memory.
/// </summary>
public sealed class OnnxRuntimeSession : IDisposable
{
    private static readonly Lazy<OrtEnv> Environment = new(CreateEnvironment);
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();

    /// <summary>Loads a model.</summary>
    /// <param name="model">The bytes of the .onnx file.</param>
    /// <param name="threads">Threads of one operator; 0 lets the library choose.</param>
    /// <exception cref="InvalidDataException">The library refuses the model; the message is its reason.</exception>
    public OnnxRuntimeSession(byte[] model, int threads = 0)
    {
        _ = Environment.Value;
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            _session = new InferenceSession(model, options);
        }
        catch (OnnxRuntimeException refused)
        {
            throw new InvalidDataException("ONNX Runtime refuses the model: " + FirstLine(refused.Message), refused);
        }
    }

    /// <summary>The names of the model's inputs, in its order.</summary>
    public IReadOnlyList<string> InputNames => _session.InputNames;

    /// <summary>The names of the model's outputs, in its order.</summary>
    public IReadOnlyList<string> OutputNames => _session.OutputNames;

    /// <summary>Runs the model once.</summary>
    /// <param name="inputs">The tensors of <see cref="InputNames"/>, in order.</param>
    /// <returns>The tensors of <see cref="OutputNames"/>, in order.</returns>
    /// <exception cref="InvalidDataException">The library refuses the inputs or fails.</exception>
    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
    {
        var given = new List<OrtValue>(inputs.Count);
        try
        {
            foreach (var tensor in inputs)
            {
                given.Add(ToNative(tensor));
            }

            using var results = _session.Run(_run, _session.InputNames, given, _session.OutputNames);
            return [.. results.Select(FromNative)];
        }
        catch (OnnxRuntimeException failed)
        {
            throw new InvalidDataException("ONNX Runtime failed: " + FirstLine(failed.Message), failed);
        }
        finally
        {
            given.ForEach(value => value.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private static OrtEnv CreateEnvironment()
    {
        Telemetry.Disable();
        var options = new EnvironmentCreationOptions { logId = "nnlang", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        var environment = OrtEnv.CreateInstanceWithOptions(ref options);
        environment.DisableTelemetryEvents();
        return environment;
    }

    private static OrtValue ToNative(Tensor tensor)
    {
        var shape = tensor.Shape.Dimensions.ToArray();
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, NativeType(tensor.Type), shape);
        tensor.Bytes.Span.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static Tensor FromNative(OrtValue value)
    {
        var information = value.GetTensorTypeAndShape();
        var type = Types.First(pair => pair.Native == information.ElementDataType).Type;
        return new Tensor(type, new Shape(information.Shape), value.GetTensorMutableRawData().ToArray());
    }

    private static Microsoft.ML.OnnxRuntime.Tensors.TensorElementType NativeType(ElementType type)
    {
        foreach (var pair in Types)
        {
            if (pair.Type == type)
            {
                return pair.Native;
            }
        }

        throw new InvalidDataException($"ONNX Runtime cannot take {ElementTypes.Name(type)} from this process.");
    }

    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim();

    private static readonly (ElementType Type, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType Native)[] Types =
    [
        (ElementType.F64, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Double),
        (ElementType.F32, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float),
        (ElementType.F16, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float16),
        (ElementType.BF16, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.BFloat16),
        (ElementType.I64, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64),
        (ElementType.I32, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int32),
        (ElementType.I16, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int16),
        (ElementType.I8, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int8),
        (ElementType.U64, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.UInt64),
        (ElementType.U32, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.UInt32),
        (ElementType.U16, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.UInt16),
        (ElementType.U8, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.UInt8),
        (ElementType.Bool, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Bool),
    ];
}
