using System.Collections.Immutable;
using NNLang.Compiler.Lowered;
using NNLang.Machine.Arithmetic;

namespace NNLang.Compiler.Fuse;

/// <summary>
/// The computation a group starts with; all numbers explicit. Closed family, value equality. A core says in which order its sums are made,
/// as a pure function of its own numbers (<c>docs/lowering.md</c> 2).
/// </summary>
public abstract record FusedCore
{
    private FusedCore()
    {
    }

    /// <summary>The order of its sums; null if it makes none.</summary>
    public virtual SummationPlan? Summation => null;

    /// <summary>Whether its result may be a view of its operand: the same elements under another shape, no work.</summary>
    public virtual bool IsView => false;

    /// <summary>A two-dimensional convolution in NCHW order. Operand 0 is the image; the weight is a source.</summary>
    /// <param name="Window">Sizes, strides, dilations and pads.</param>
    /// <param name="InputChannels">Channels of the image.</param>
    /// <param name="OutputChannels">Channels of the result.</param>
    /// <param name="Groups">Groups; both channel counts are multiples of it.</param>
    /// <param name="Weight">Which source is the weight, [output channels, input channels / groups, kernel height, kernel width].</param>
    public sealed record Convolution(WindowGeometry Window, int InputChannels, int OutputChannels, int Groups, int Weight) : FusedCore
    {
        /// <summary>Channels of the image in one group.</summary>
        public int GroupInputs => InputChannels / Groups;

        /// <summary>Channels of the result in one group.</summary>
        public int GroupOutputs => OutputChannels / Groups;

        /// <summary>Whether it is lowered by shifted rows (2.2): few channels and more than one tap.</summary>
        public bool IsStem => Groups == 1 && InputChannels <= 4 && Window.KernelHeight * Window.KernelWidth > 1
            && InputChannels * Window.KernelHeight <= TensorStorage.PartitionCount;

        /// <summary>Whether every channel is a group with one output.</summary>
        public bool IsDepthwise => !IsStem && Groups == InputChannels && Groups == OutputChannels;

        /// <summary>Stem: passes over the columns of the kernel.</summary>
        public int StemPasses
        {
            get
            {
                var shifts = TensorStorage.PartitionCount / (InputChannels * Window.KernelHeight);
                return (Window.KernelWidth + shifts - 1) / shifts;
            }
        }

        /// <summary>Stem: columns of the kernel in one pass; the last pass may have fewer.</summary>
        public int StemShifts => (Window.KernelWidth + StemPasses - 1) / StemPasses;

        /// <inheritdoc/>
        public override SummationPlan Summation => IsStem
            ? SummationPlan.Stem(StemShifts, InputChannels, Window.KernelHeight, Window.KernelWidth)
            : SummationPlan.Taps(Window.KernelHeight, Window.KernelWidth, GroupInputs);
    }

    /// <summary>A product with a weight over the last axis: dense, or matmul whose second operand is a source.</summary>
    /// <param name="Inputs">The length of the summed axis.</param>
    /// <param name="Outputs">The length of the result's last axis.</param>
    /// <param name="Weight">Which source is the weight.</param>
    /// <param name="OutputsFirst">Whether the weight is [outputs, inputs] (dense) rather than [inputs, outputs].</param>
    public sealed record Product(int Inputs, int Outputs, int Weight, bool OutputsFirst) : FusedCore
    {
        /// <inheritdoc/>
        public override SummationPlan Summation => SummationPlan.Blocks(Inputs);
    }

    /// <summary>A batched product of two activations, [.., rows, inner] x [.., inner, columns], batch axes equal or broadcast.</summary>
    public sealed record BatchedProduct(int Rows, int Inner, int Columns) : FusedCore
    {
        /// <inheritdoc/>
        public override SummationPlan Summation => SummationPlan.Blocks(Inner);
    }

    /// <summary>A pool over windows.</summary>
    /// <param name="Window">Sizes, strides, dilations and pads.</param>
    /// <param name="Counted">Average: the elements that count in the divisor; null for a maximum.</param>
    public sealed record Pool(WindowGeometry Window, CountedArea? Counted) : FusedCore
    {
        /// <summary>Average rather than maximum.</summary>
        public bool Average => Counted is not null;

        /// <summary>Average: whether every window has the same divisor, the size of the window.</summary>
        public bool UniformCount => Counted is { } area
            && Window.PadTop <= area.Top && Window.PadLeft <= area.Left
            && Window.Height + Window.PadBottom <= area.Height - area.Top && Window.Width + Window.PadRight <= area.Width - area.Left;

        /// <summary>Average: the divisor of one window.</summary>
        public int DivisorAt(int row, int column)
        {
            var area = Counted!.Value;
            return Inside((row * Window.StrideHeight) - Window.PadTop + area.Top, Window.KernelHeight, Window.DilationHeight, area.Height)
                * Inside((column * Window.StrideWidth) - Window.PadLeft + area.Left, Window.KernelWidth, Window.DilationWidth, area.Width);
        }

        private static int Inside(int first, int taps, int dilation, int extent)
        {
            var count = 0;
            for (var tap = 0; tap < taps; tap++)
            {
                var index = first + (tap * dilation);
                count += index >= 0 && index < extent ? 1 : 0;
            }

            return count;
        }

        /// <inheritdoc/>
        public override SummationPlan? Summation => Average ? SummationPlan.Blocks(Window.KernelHeight * Window.KernelWidth) : null;
    }

    /// <summary>A pool over all positions of a channel.</summary>
    /// <param name="Average">Average rather than maximum.</param>
    /// <param name="Positions">How many positions there are.</param>
    public sealed record GlobalPool(bool Average, int Positions) : FusedCore
    {
        /// <inheritdoc/>
        public override SummationPlan? Summation => Average ? SummationPlan.Blocks(Positions) : null;
    }

    /// <summary>An operation on two tensors with broadcasting, rounded once.</summary>
    public sealed record Binary(AluOperation Operation) : FusedCore;

    /// <summary>The sum of two or more tensors with broadcasting: a chain of additions from left to right.</summary>
    public sealed record Chain(AluOperation Operation, int Count) : FusedCore;

    /// <summary>Nothing but the epilogue: a function, limits, or scale and bias of an unfolded batch norm, on one operand.</summary>
    /// <param name="ChannelAxis">The axis that scale and bias vary over, or -1.</param>
    public sealed record Elementwise(int ChannelAxis) : FusedCore;

    /// <summary>
    /// exp(x - max) over the sum of it along an axis: m = -max, e = exp(fma(x, 1, m)), r the sum of e in slabs of 128,
    /// y = e * (1 / r), each rounded.
    /// </summary>
    /// <param name="Axis">The axis.</param>
    /// <param name="Length">Its length.</param>
    public sealed record Softmax(int Axis, int Length) : FusedCore
    {
        /// <inheritdoc/>
        public override SummationPlan Summation => SummationPlan.Blocks(Length);
    }

    /// <summary>The same elements in row-major order under another shape: reshape, flatten, squeeze, identity, dropout.</summary>
    public sealed record Reshape : FusedCore
    {
        /// <inheritdoc/>
        public override bool IsView => true;
    }

    /// <summary>Reorders the axes: axis i of the result is axis <paramref name="Axes"/>[i] of the operand.</summary>
    public sealed record Transpose(ImmutableArray<int> Axes) : FusedCore
    {
        /// <inheritdoc/>
        public override bool IsView => true;

        /// <inheritdoc/>
        public bool Equals(Transpose? other) => other is not null && Axes.AsSpan().SequenceEqual(other.Axes.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var axis in Axes)
            {
                hash.Add(axis);
            }

            return hash.ToHashCode();
        }
    }

    /// <summary>Joins its operands along an axis.</summary>
    public sealed record Concat(int Axis, int Count) : FusedCore;

    /// <summary>Takes elements of its operand: element i along an axis is element start + i * step of the operand.</summary>
    /// <param name="Starts">The first element, per axis.</param>
    /// <param name="Steps">The distance, at least 1, per axis.</param>
    public sealed record Slice(ImmutableArray<long> Starts, ImmutableArray<long> Steps) : FusedCore
    {
        /// <inheritdoc/>
        public bool Equals(Slice? other) =>
            other is not null && Starts.AsSpan().SequenceEqual(other.Starts.AsSpan()) && Steps.AsSpan().SequenceEqual(other.Steps.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var start in Starts)
            {
                hash.Add(start);
            }

            foreach (var step in Steps)
            {
                hash.Add(step);
            }

            return hash.ToHashCode();
        }
    }

    /// <summary>Surrounds its operand with a value.</summary>
    /// <param name="Before">Elements before, per axis.</param>
    /// <param name="After">Elements after, per axis.</param>
    /// <param name="ValueBits">The f32 bits of the value.</param>
    public sealed record Pad(ImmutableArray<long> Before, ImmutableArray<long> After, uint ValueBits) : FusedCore
    {
        /// <inheritdoc/>
        public bool Equals(Pad? other) =>
            other is not null && ValueBits == other.ValueBits && Before.AsSpan().SequenceEqual(other.Before.AsSpan())
            && After.AsSpan().SequenceEqual(other.After.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(ValueBits, Before.Length, Before.IsEmpty ? 0 : Before[^1], After.IsEmpty ? 0 : After[^1]);
    }
}
