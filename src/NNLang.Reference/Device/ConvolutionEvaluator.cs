using NNLang.Compiler.Fuse;

namespace NNLang.Reference.Device;

/// <summary>The value of a convolution before its epilogue, in the device's order of k. Keeps its packed weights. Thread-safe.</summary>
internal sealed class ConvolutionEvaluator
{
    private readonly FusedCore.Convolution _core;
    private readonly float[] _weight;
    private readonly List<(int Channel, int Row, int Column)> _terms = [];
    private readonly int[] _slabStarts;
    private readonly PackedContraction[] _groups;

    /// <summary>Packs the weights, [outputs, inputs / groups, rows, columns].</summary>
    public ConvolutionEvaluator(FusedCore.Convolution core, float[] weight)
    {
        _core = core;
        _weight = weight;
        _slabStarts = core.IsStem ? EnumerateStem() : EnumerateTaps();
        if (core.IsDepthwise)
        {
            _groups = [];
            return;
        }

        _groups = new PackedContraction[core.Groups];
        var window = core.Window;
        for (var group = 0; group < core.Groups; group++)
        {
            var first = group * core.GroupOutputs;
            _groups[group] = new PackedContraction(core.GroupOutputs, _slabStarts, (result, index) =>
            {
                var term = _terms[index];
                return weight[
                    ((((((first + result) * core.GroupInputs) + term.Channel) * window.KernelHeight) + term.Row) * window.KernelWidth) + term.Column];
            });
        }
    }

    /// <summary>z, [images, outputs, rows, columns].</summary>
    public float[] Evaluate(float[] images)
    {
        var window = _core.Window;
        var padded = PaddedImage.Of(images, window, 0f);
        var positions = window.OutputHeight * window.OutputWidth;
        var result = new float[(long)window.Batch * _core.OutputChannels * positions];
        if (_core.IsDepthwise)
        {
            Parallel.For(0, window.Batch * _core.InputChannels, plane => Depthwise(padded, plane, result));
            return result;
        }

        for (var image = 0; image < window.Batch; image++)
        {
            for (var group = 0; group < _core.Groups; group++)
            {
                var firstPlane = (image * _core.InputChannels) + (group * _core.GroupInputs);
                var offset = ((image * _core.OutputChannels) + (group * _core.GroupOutputs)) * (long)positions;
                _groups[group].Run(
                    positions, (slab, first, count, panels) => Fill(padded, firstPlane, slab, first, count, panels), result, offset, positions, 1);
            }
        }

        return result;
    }

    private int[] EnumerateTaps()
    {
        var starts = new List<int>();
        for (var ky = 0; ky < _core.Window.KernelHeight; ky++)
        {
            for (var kx = 0; kx < _core.Window.KernelWidth; kx++)
            {
                for (var c = 0; c < _core.GroupInputs; c++)
                {
                    if (c % SummationPlan.SlabLength == 0)
                    {
                        starts.Add(_terms.Count);
                    }

                    _terms.Add((c, ky, kx));
                }
            }
        }

        starts.Add(_terms.Count);
        return [.. starts];
    }

    private int[] EnumerateStem()
    {
        var starts = new List<int>();
        for (var first = 0; first < _core.Window.KernelWidth; first += _core.StemShifts)
        {
            starts.Add(_terms.Count);
            for (var kx = first; kx < Math.Min(first + _core.StemShifts, _core.Window.KernelWidth); kx++)
            {
                for (var c = 0; c < _core.InputChannels; c++)
                {
                    for (var ky = 0; ky < _core.Window.KernelHeight; ky++)
                    {
                        _terms.Add((c, ky, kx));
                    }
                }
            }
        }

        starts.Add(_terms.Count);
        return [.. starts];
    }

    private void Fill(PaddedImage image, int firstPlane, int slab, int first, int count, Span<float> panels)
    {
        var window = _core.Window;
        Span<int> places = stackalloc int[count];
        var contiguous = true;
        for (var p = 0; p < count; p++)
        {
            var (oy, ox) = ((first + p) / window.OutputWidth, (first + p) % window.OutputWidth);
            places[p] = (oy * window.StrideHeight * image.Width) + (ox * window.StrideWidth);
            contiguous &= places[p] == places[0] + p;
        }

        var (start, end) = (_slabStarts[slab], _slabStarts[slab + 1]);
        var panelSize = (end - start) * SlabProduct.Positions;
        for (var index = start; index < end; index++)
        {
            var term = _terms[index];
            var source = image.Elements.AsSpan(
                ((firstPlane + term.Channel) * image.Plane) + (term.Row * window.DilationHeight * image.Width) + (term.Column * window.DilationWidth));
            var row = (index - start) * SlabProduct.Positions;
            for (var p = 0; p < count; p += SlabProduct.Positions)
            {
                var target = panels.Slice((p / SlabProduct.Positions * panelSize) + row, Math.Min(SlabProduct.Positions, count - p));
                if (contiguous)
                {
                    source.Slice(places[p], target.Length).CopyTo(target);
                    continue;
                }

                var at = places.Slice(p, target.Length);
                for (var i = 0; i < target.Length; i++)
                {
                    target[i] = source[at[i]];
                }
            }
        }
    }

    // One slab a tap: the total gains round(w x), and a product of -0 counts as +0.
    private void Depthwise(PaddedImage image, int plane, float[] result)
    {
        var window = _core.Window;
        var channel = plane % _core.InputChannels;
        var taps = window.KernelHeight * window.KernelWidth;
        var weights = _weight.AsSpan(channel * taps, taps);
        var source = image.Elements.AsSpan(plane * image.Plane, image.Plane);
        for (var oy = 0; oy < window.OutputHeight; oy++)
        {
            var row = result.AsSpan(((plane * window.OutputHeight) + oy) * window.OutputWidth, window.OutputWidth);
            for (var tap = 0; tap < taps; tap++)
            {
                var (ky, kx) = (tap / window.KernelWidth, tap % window.KernelWidth);
                var at = (((oy * window.StrideHeight) + (ky * window.DilationHeight)) * image.Width) + (kx * window.DilationWidth);
                for (var ox = 0; ox < row.Length; ox++)
                {
                    var product = Arithmetic.Canonical(MathF.FusedMultiplyAdd(weights[tap], source[at + (ox * window.StrideWidth)], 0f));
                    row[ox] = tap == 0 ? product : Arithmetic.Canonical(row[ox] + product);
                }
            }
        }
    }
}
