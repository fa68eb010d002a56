using System.Collections.Immutable;
using NNLang.Operators.Model;
using NNLang.Operators.Numerics;
using NNLang.Operators.Shapes;
using NNLang.Tensors;

namespace NNLang.Operators.Catalogue;

/// <summary><c>max_pool2d</c>: the greatest element of each window.</summary>
internal sealed class MaxPool2d : Pool2d
{
    public override string Name => "max_pool2d";

    public override string Summary => "The greatest element of each window; padding never wins.";

    public override string Example => "y = max_pool2d(x, kernel: 3, stride: 2, pad: 1)";

    public override ImmutableArray<AttributeDefinition> Attributes { get; } =
    [
        .. WindowAttributes,
        new("dilation", AttributeKind.IntegerList, AttributeValue.Of(1L, 1L), "Distance between elements of a window.")
        {
            Length = 2, ForeignNames = ["dilations"],
        },
    ];

    public override ImmutableArray<Tensor> Evaluate(EvaluationContext context)
    {
        var (x, shape) = (context.Operands[0]!, context.Results[0]);
        var (rows, columns) = WindowAxis.Resolve(context.Attributes, x.Shape, shape);
        var result = new double[shape.Count];
        var plane = (int)(rows.Input * columns.Input);
        Planes.ForEach(shape[0] * shape[1], rows.Output * columns.Output * rows.Kernel * columns.Kernel, p =>
        {
            var source = x.AsDoubles().Slice((int)p * plane, plane);
            var at = (int)(p * rows.Output * columns.Output);
            for (long oy = 0; oy < rows.Output; oy++)
            {
                for (long ox = 0; ox < columns.Output; ox++)
                {
                    var greatest = double.NegativeInfinity;
                    for (long ky = 0; ky < rows.Kernel; ky++)
                    {
                        var y = rows.Index(oy, ky);
                        if (y < 0 || y >= rows.Input)
                        {
                            continue;
                        }

                        for (long kx = 0; kx < columns.Kernel; kx++)
                        {
                            var z = columns.Index(ox, kx);
                            if (z >= 0 && z < columns.Input)
                            {
                                greatest = Math.Max(greatest, source[(int)((y * columns.Input) + z)]);
                            }
                        }
                    }

                    result[at++] = greatest;
                }
            }
        });
        return [Tensor.Of(shape, result)];
    }
}
