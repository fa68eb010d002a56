using NNLang.Compiler.Fuse;

namespace NNLang.Compiler.Tile;

/// <summary>A tile of output positions: images, rows, columns.</summary>
internal readonly record struct WindowTile(int Image, int Images, int Row, int Rows, int Column, int Columns)
{
    /// <summary>Positions in it.</summary>
    public int Count => Images * Rows * Columns;

    /// <summary>Cuts the result of a window operator into tiles of at most a number of positions; every tile is a box.</summary>
    /// <param name="window">The numbers.</param>
    /// <param name="most">The most positions of a tile.</param>
    /// <param name="joinImages">Whether a tile may span images.</param>
    public static IEnumerable<WindowTile> Cut(WindowGeometry window, int most, bool joinImages)
    {
        var image = window.OutputHeight * (long)window.OutputWidth;
        if (joinImages && window.Batch > 1 && 2 * image <= most)
        {
            var images = (int)(most / image);
            for (var n = 0; n < window.Batch; n += images)
            {
                yield return new WindowTile(n, Math.Min(images, window.Batch - n), 0, window.OutputHeight, 0, window.OutputWidth);
            }

            yield break;
        }

        var columns = Math.Min(most, window.OutputWidth);
        var rows = Math.Max(1, most / window.OutputWidth);
        // Equal bands rather than a small last one: an instruction costs at least 64 columns.
        var bands = (window.OutputHeight + rows - 1) / rows;
        rows = (window.OutputHeight + bands - 1) / bands;
        for (var n = 0; n < window.Batch; n++)
        {
            for (var y = 0; y < window.OutputHeight; y += rows)
            {
                for (var x = 0; x < window.OutputWidth; x += columns)
                {
                    yield return new WindowTile(
                        n, 1, y, Math.Min(rows, window.OutputHeight - y), x, Math.Min(columns, window.OutputWidth - x));
                }
            }
        }
    }

    /// <summary>The box of channels and positions in a result of rank 4.</summary>
    public TileBox Box(long channel, long channels) =>
        new([Image, channel, Row, Column], [Images, channels, Rows, Columns]);
}
