using NNLang.Debugging.Inspection;

namespace NNLang.DebugAdapter.Presentation;

/// <summary>
/// The numbers by which a client names frames and rows while the session stands still. Gone with the next step; the next stop's numbers go on
/// behind them, so that a question about what is gone is never answered with something else.
/// </summary>
internal sealed class StopHandles
{
    private readonly List<DebugFrame> _frames = [];
    private readonly List<DebugNode> _nodes = [];
    private readonly int _framesBefore;
    private readonly int _nodesBefore;

    /// <summary>The first numbers of a session.</summary>
    public StopHandles()
    {
    }

    /// <summary>The numbers of the next stop.</summary>
    public StopHandles(StopHandles before)
    {
        _framesBefore = before._framesBefore + before._frames.Count;
        _nodesBefore = before._nodesBefore + before._nodes.Count;
    }

    /// <summary>Whether a frame was one of an earlier stop: clients ask for it when their question and the step cross.</summary>
    public bool IsFrameGone(long id) => id >= 1 && id <= _framesBefore;

    /// <summary>Whether rows were those of an earlier stop.</summary>
    public bool IsNodeGone(long id) => id >= 1 && id <= _nodesBefore;

    /// <summary>A number for a frame, from 1.</summary>
    public int Add(DebugFrame frame)
    {
        _frames.Add(frame);
        return _framesBefore + _frames.Count;
    }

    /// <summary>A number for a row with children; 0 for one without.</summary>
    public int Add(DebugNode node)
    {
        if (node.NamedCount == 0 && node.IndexedCount == 0)
        {
            return 0;
        }

        _nodes.Add(node);
        return _nodesBefore + _nodes.Count;
    }

    /// <summary>The frame of a number; null if there is none.</summary>
    public DebugFrame? Frame(int id) => id > _framesBefore && id <= _framesBefore + _frames.Count ? _frames[id - _framesBefore - 1] : null;

    /// <summary>The row of a number; null if there is none.</summary>
    public DebugNode? Node(int id) => id > _nodesBefore && id <= _nodesBefore + _nodes.Count ? _nodes[id - _nodesBefore - 1] : null;
}
