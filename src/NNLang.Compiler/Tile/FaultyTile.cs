using NNLang.Compiler.Fuse;

namespace NNLang.Compiler.Tile;

/// <summary>A tile of positions, and how a planted fault makes it read the wrong place; healthy tiles have no shift.</summary>
internal readonly record struct FaultyTile(WindowTile Tile, int RowShift, int ColumnShift, bool Narrow)
{
    /// <summary>Columns between neighbouring windows as the tile reads them.</summary>
    public int ColumnStride(WindowGeometry window) => Narrow ? window.StrideWidth - 1 : window.StrideWidth;

    /// <summary>
    /// Cuts the result of a window operator; with wrong_pad the first or last row or column is a tile of its own that reads one further
    /// inside, with wrong_stride every window but the first of a row is read nearer to it.
    /// </summary>
    public static IEnumerable<FaultyTile> Cut(LoweringContext context, WindowGeometry window, int most, bool joinImages)
    {
        var fault = context.Request.Fault;
        if (fault?.Kind == TileFaultKind.WrongPad)
        {
            return Edges(window, most, fault.Side);
        }

        var narrow = fault?.Kind == TileFaultKind.WrongStride;
        return WindowTile.Cut(window, most, joinImages).Select(tile => new FaultyTile(tile, 0, 0, narrow));
    }

    private static IEnumerable<FaultyTile> Edges(WindowGeometry window, int most, string side)
    {
        foreach (var tile in WindowTile.Cut(window, most, joinImages: false))
        {
            switch (side)
            {
                case "top" when tile.Row == 0:
                    yield return new FaultyTile(tile with { Rows = 1 }, 1, 0, false);
                    if (tile.Rows > 1)
                    {
                        yield return Healthy(tile with { Row = 1, Rows = tile.Rows - 1 });
                    }

                    break;
                case "bottom" when tile.Row + tile.Rows == window.OutputHeight:
                    if (tile.Rows > 1)
                    {
                        yield return Healthy(tile with { Rows = tile.Rows - 1 });
                    }

                    yield return new FaultyTile(tile with { Row = window.OutputHeight - 1, Rows = 1 }, -1, 0, false);
                    break;
                case "left" when tile.Column == 0:
                    yield return new FaultyTile(tile with { Columns = 1 }, 0, 1, false);
                    if (tile.Columns > 1)
                    {
                        yield return Healthy(tile with { Column = 1, Columns = tile.Columns - 1 });
                    }

                    break;
                case "right" when tile.Column + tile.Columns == window.OutputWidth:
                    if (tile.Columns > 1)
                    {
                        yield return Healthy(tile with { Columns = tile.Columns - 1 });
                    }

                    yield return new FaultyTile(tile with { Column = window.OutputWidth - 1, Columns = 1 }, 0, -1, false);
                    break;
                default:
                    yield return Healthy(tile);
                    break;
            }
        }
    }

    private static FaultyTile Healthy(WindowTile tile) => new(tile, 0, 0, false);
}
