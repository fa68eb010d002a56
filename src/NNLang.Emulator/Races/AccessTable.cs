using System.Runtime.InteropServices;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Races;

/// <summary>One operand's access of memory by one instruction.</summary>
internal struct Access
{
    public InstructionLocation Location;

    /// <summary>The operand's position in the instruction.</summary>
    public byte Operand;

    /// <summary>The first partition; 0 in device memory.</summary>
    public byte FirstPartition;

    /// <summary>The number of partitions; 128 in device memory.</summary>
    public byte Partitions;

    /// <summary>Whether each word it touches is touched whole.</summary>
    public bool WholeWords;

    /// <summary>The sequencer or queue that makes it.</summary>
    public short Agent;

    /// <summary>How many of the agent's came before.</summary>
    public int Ordinal;

    /// <summary>The instruction's place in the order of starts.</summary>
    public int Sequence;

    /// <summary>Which lanes which part of a divided instruction accesses: equal keys, equal lanes; -1 if every part accesses all.</summary>
    public int Key;
}

/// <summary>The accesses of a run and interned sets of them. A set is named by 0 (empty), an access (positive) or a list (negative).</summary>
internal sealed class AccessTable
{
    private readonly List<Access> _accesses = [default];
    private readonly List<int[]> _lists = [[]];
    private readonly Dictionary<Content, int> _interned = [];

    /// <summary>Adds an access; its number.</summary>
    public int Add(in Access access)
    {
        _accesses.Add(access);
        return _accesses.Count - 1;
    }

    public ref readonly Access this[int access] => ref CollectionsMarshal.AsSpan(_accesses)[access];

    /// <summary>The members of a set; <paramref name="single"/> is room for the set of one.</summary>
    public ReadOnlySpan<int> Members(int set, Span<int> single)
    {
        if (set < 0)
        {
            return _lists[-set];
        }

        single[0] = set;
        return single[..(set == 0 ? 0 : 1)];
    }

    /// <summary>The set of some accesses.</summary>
    public int Intern(ReadOnlySpan<int> members)
    {
        if (members.Length < 2)
        {
            return members.Length == 0 ? 0 : members[0];
        }

        var content = new Content(members.ToArray());
        if (!_interned.TryGetValue(content, out var set))
        {
            set = -_lists.Count;
            _lists.Add(content.Members);
            _interned.Add(content, set);
        }

        return set;
    }

    private readonly struct Content(int[] members) : IEquatable<Content>
    {
        public int[] Members { get; } = members;

        public bool Equals(Content other) => Members.AsSpan().SequenceEqual(other.Members);

        public override bool Equals(object? obj) => obj is Content other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.AddBytes(MemoryMarshal.AsBytes(Members.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
