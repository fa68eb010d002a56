using NNLang.Compiler.Lowered;
using NNLang.Compiler.Order;

namespace NNLang.Compiler.Place;

/// <summary>Writes group after group into the arrays of one problem. O(operations + choices + dependencies + uses).</summary>
internal sealed class Flattening
{
    private readonly TiledNetwork _tiled;
    private readonly BodyShape[] _shapes;
    private readonly int[] _firstOperation;
    private readonly int[] _firstBuffer;
    private readonly int[] _firstResult;
    private readonly int[] _lastLayer;
    private readonly int[] _resultBuffer;
    private readonly int[] _choiceStart;
    private readonly byte[] _choiceAgent;
    private readonly byte[] _choiceSequencer;
    private readonly long[] _choiceDuration;
    private readonly byte[] _choicePorts;
    private readonly byte[] _choiceIndex;
    private readonly int[] _dependencyStart;
    private readonly int[] _useStart;
    private readonly BufferClass[] _bufferClass;
    private readonly int[] _bufferSize;
    private readonly int[] _seenBuffer;
    private readonly int[] _seenOperation;
    private readonly List<int> _unitEnds = [];
    private int[] _dependencies;
    private int[] _uses;
    private int _choices;
    private int _dependencyCount;
    private int _useCount;

    public Flattening(
        TiledNetwork tiled,
        BodyShape[] shapes,
        int[] firstOperation,
        int[] firstBuffer,
        int[] firstResult,
        int[] lastLayer,
        int choices,
        int dependencies,
        int uses)
    {
        var groups = tiled.Groups.Length;
        var n = firstOperation[groups];
        var buffers = firstBuffer[groups];
        _tiled = tiled;
        _shapes = shapes;
        _firstOperation = firstOperation;
        _firstBuffer = firstBuffer;
        _firstResult = firstResult;
        _lastLayer = lastLayer;
        _resultBuffer = new int[firstResult[groups]];
        _choiceStart = new int[n + 1];
        _choiceAgent = new byte[choices];
        _choiceSequencer = new byte[choices];
        _choiceDuration = new long[choices];
        _choicePorts = new byte[choices];
        _choiceIndex = new byte[choices];
        _dependencyStart = new int[n + 1];
        _dependencies = new int[dependencies];
        _useStart = new int[n + 1];
        _uses = new int[uses];
        _bufferClass = new BufferClass[buffers];
        _bufferSize = new int[buffers];
        Array.Fill(_bufferClass, BufferClass.Region, 0, tiled.Inputs.Length);
        _seenBuffer = new int[buffers];
        _seenOperation = new int[n];
        Array.Fill(_seenBuffer, -1);
        Array.Fill(_seenOperation, -1);
    }

    /// <summary>Adds the next group.</summary>
    public void Add(int group)
    {
        var shape = _shapes[group];
        var instance = _tiled.Groups[group];
        var first = _firstOperation[group];
        shape.BufferClass.CopyTo(_bufferClass, _firstBuffer[group]);
        shape.BufferSize.CopyTo(_bufferSize, _firstBuffer[group]);
        for (var r = 0; r < instance.Body.Results.Length; r++)
        {
            _resultBuffer[_firstResult[group] + r] = Resolve(group, instance, instance.Body.Results[r].Buffer);
        }

        foreach (var end in shape.UnitEnds)
        {
            _unitEnds.Add(first + end);
        }

        var kept = EngineRequests.Apply(_tiled.Network, instance, shape, _lastLayer[group]);
        for (var i = 0; i < shape.OperationCount; i++)
        {
            AddChoices(shape, i, kept is null ? byte.MaxValue : kept[i]);
            _choiceStart[first + i + 1] = _choices;
            for (var d = shape.DependencyStart[i]; d < shape.DependencyStart[i + 1]; d++)
            {
                var producer = Definer(group, shape.Dependencies[d]);
                if (producer >= 0 && _seenOperation[producer] != first + i)
                {
                    _seenOperation[producer] = first + i;
                    _dependencies[_dependencyCount++] = producer;
                }
            }

            _dependencyStart[first + i + 1] = _dependencyCount;
            for (var u = shape.UseStart[i]; u < shape.UseStart[i + 1]; u++)
            {
                var buffer = Resolve(group, instance, shape.Uses[u]);
                if (buffer >= 0 && _seenBuffer[buffer] != first + i)
                {
                    _seenBuffer[buffer] = first + i;
                    _uses[_useCount++] = buffer;
                }
            }

            _useStart[first + i + 1] = _useCount;
        }
    }

    /// <summary>Ends the problem.</summary>
    public PlacedNetwork Finish(MachineModel machine)
    {
        Array.Resize(ref _dependencies, _dependencyCount);
        Array.Resize(ref _uses, _useCount);
        var problem = new OrderProblem
        {
            OperationCount = _choiceStart.Length - 1,
            ChoiceStart = _choiceStart,
            ChoiceAgent = _choiceAgent,
            ChoiceSequencer = _choiceSequencer,
            ChoiceDuration = _choiceDuration,
            ChoicePorts = _choicePorts,
            DependencyStart = _dependencyStart,
            Dependencies = _dependencies,
            UseStart = _useStart,
            Uses = _uses,
            BufferClass = _bufferClass,
            BufferSize = _bufferSize,
            BufferLivesOn = new bool[_bufferSize.Length],
            BufferIsLiveIn = new bool[_bufferSize.Length],
            Machine = machine,
            Gates = AnnotationGates.Of(_tiled, _firstOperation, _lastLayer),
        };

        return new PlacedNetwork(
            _tiled, problem, _choiceIndex, [.. _unitEnds], _firstOperation, _firstBuffer, _firstResult, _resultBuffer, _lastLayer);
    }

    private void AddChoices(BodyShape shape, int operation, byte kept)
    {
        for (var c = shape.ChoiceStart[operation]; c < shape.ChoiceStart[operation + 1]; c++)
        {
            if (kept != byte.MaxValue && shape.ChoiceSequencer[c] != kept)
            {
                continue;
            }

            _choiceAgent[_choices] = shape.ChoiceAgent[c];
            _choiceSequencer[_choices] = shape.ChoiceSequencer[c];
            _choiceDuration[_choices] = shape.ChoiceDuration[c];
            _choicePorts[_choices] = shape.ChoicePorts[c];
            _choiceIndex[_choices] = (byte)(c - shape.ChoiceStart[operation]);
            _choices++;
        }
    }

    private int Resolve(int group, GroupInstance instance, BufferRef reference)
    {
        switch (reference.Origin)
        {
            case BufferOrigin.Local:
                return _firstBuffer[group] + reference.Index;
            case BufferOrigin.Input:
                var link = instance.Inputs[reference.Index];
                return link.IsNetworkInput ? link.Index : _resultBuffer[_firstResult[group - link.Distance] + link.Index];
            default:
                return -1;
        }
    }

    /// <summary>The operation behind a dependency, views followed to whoever wrote the tile; -1 for an input of the network.</summary>
    private int Definer(int group, OperationDependency dependency)
    {
        while (!dependency.IsLocal)
        {
            var link = _tiled.Groups[group].Inputs[dependency.Input];
            if (link.IsNetworkInput)
            {
                return -1;
            }

            group -= link.Distance;
            dependency = _tiled.Groups[group].Body.Results[link.Index].Tiles[dependency.Index].DefinedBy;
        }

        return _firstOperation[group] + dependency.Index;
    }
}
