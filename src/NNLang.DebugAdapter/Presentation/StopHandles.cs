using NNLang.Debugging.Inspection;

namespace NNLang.DebugAdapter.Presentation;

/// <summary>The numbers by which a client names frames and rows while the session stands still. Gone with the next step.</summary>
internal sealed class StopHandles
{
    private readonly List<DebugFrame> _frames = [];
    private readonly List<DebugNode> _nodes = [];

    /// <summary>A number for a frame, from 1.</summary>
    public int Add(DebugFrame frame)
    {
        _frames.Add(frame);
        return _frames.Count;
    }

    /// <summary>A number for a row with children; 0 for one without.</summary>
    public int Add(DebugNode node)
    {
        if (node.NamedCount == 0 && node.IndexedCount == 0)
        {
            return 0;
        }

        _nodes.Add(node);
        return _nodes.Count;
    }

    /// <summary>The frame of a number; null if there is none.</summary>
    public DebugFrame? Frame(int id) => id >= 1 && id <= _frames.Count ? _frames[id - 1] : null;

    /// <summary>The row of a number; null if there is none.</summary>
    public DebugNode? Node(int id) => id >= 1 && id <= _nodes.Count ? _nodes[id - 1] : null;
}
