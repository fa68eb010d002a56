using NNLang.Compiler.Fuse;

namespace NNLang.Compiler.Tile;

/// <summary>A tile of output positions: images, rows, columns.</summary>
internal readonly record struct WindowTile(int Image, int Images, int Row, int Rows, int Column, int Columns)
{
    // A map in four tiles lets a window operator start on the first while its producer works on the last; shorter ones cost more than they hide.
    private const int Tiles = 4;
    private const int ShortestTile = 128;

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
        var rows = RowsOfBand(window.OutputHeight, window.OutputWidth, most);
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

    /// <summary>
    /// Rows of a band of a map of at most a number of positions: operators that cut their maps alike can follow each other tile by tile.
    /// </summary>
    public static int RowsOfBand(long height, long width, long most)
    {
        most = Math.Min(most, Math.Max(ShortestTile, (height * width + Tiles - 1) / Tiles));
        var rows = Math.Max(1, most / width);
        // Equal bands rather than a small last one: an instruction costs at least 64 columns.
        var bands = (height + rows - 1) / rows;
        return (int)((height + bands - 1) / bands);
    }

    /// <summary>The box of channels and positions in a result of rank 4.</summary>
    public TileBox Box(long channel, long channels) =>
        new([Image, channel, Row, Column], [Images, channels, Rows, Columns]);
}
