using System.Runtime.InteropServices;
using NNLang.Semantics.Binding;

namespace NNLang.Semantics.Assembly;

/// <summary>
/// The name table of a body: how many things each group has, which decides the components of paths and keys (language 8.2-8.4, 9.2).
/// Filled in one walk over the body, read in the second. Not thread-safe; lives for one assembly.
/// </summary>
internal sealed class PathScope(int capacity)
{
    private readonly Dictionary<string, Group> _groups = new(capacity, StringComparer.Ordinal);
    private readonly Dictionary<string, int> _loops = new(StringComparer.Ordinal);
    private int _weighted;
    private bool _hasLoopWithWeights;

    /// <summary>Whether an operation has a name of its own, so that two paths may be equal.</summary>
    public bool HasNameOverrides { get; private set; }

    /// <summary>Whether the only thing with weights drops the statement's part of its key: in an iteration, if it is alone.</summary>
    public bool OnlyOneWeighted => _weighted == 1 && !_hasLoopWithWeights;

    /// <summary>Counts the things of a body, the chosen branches of its ifs included.</summary>
    public void Count(BoundBody body)
    {
        foreach (var statement in body.Statements)
        {
            foreach (var piece in statement.Pieces)
            {
                switch (piece)
                {
                    case BranchPiece branch:
                        Count(branch.Body);
                        break;
                    case RepeatPiece:
                        _hasLoopWithWeights |= piece.Weighted;
                        break;
                    default:
                        CountThing(piece);
                        break;
                }
            }
        }
    }

    /// <summary>The group of a name, with its counts.</summary>
    public ref Group GroupOf(string name) => ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, name, out _);

    /// <summary>The number of this loop among those of its label, from 1.</summary>
    public int NextLoop(string label) => ++CollectionsMarshal.GetValueRefOrAddDefault(_loops, label, out _);

    private void CountThing(Piece piece)
    {
        if (piece.NameOverride is not null)
        {
            HasNameOverrides = true;
            _weighted += piece.Weighted ? 1 : 0;
            return;
        }

        ref var group = ref GroupOf(piece.Group);
        group.Things += piece is WeightPiece ? 0 : 1;
        if (piece.Weighted)
        {
            group.Weighted++;
            _weighted++;
        }
    }

    /// <summary>What is known of a group.</summary>
    internal struct Group
    {
        private List<(string Word, int Count)>? _words;

        /// <summary>Operations and instances.</summary>
        public int Things;

        /// <summary>Those with weights, and weights that are tensors themselves.</summary>
        public int Weighted;

        /// <summary>The number of this thing among those of the same word so far, from 1.</summary>
        public int Next(string word)
        {
            _words ??= new List<(string, int)>(2);
            var words = CollectionsMarshal.AsSpan(_words);
            for (var i = 0; i < words.Length; i++)
            {
                if (words[i].Word == word)
                {
                    return ++words[i].Count;
                }
            }

            _words.Add((word, 1));
            return 1;
        }
    }
}
