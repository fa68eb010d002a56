using System.Collections.Immutable;

namespace NNLang.Compiler.Emit;

/// <summary>Why a network has no plan: something found no room in sbuf.</summary>
/// <param name="Operation">The operation whose buffer found none.</param>
/// <param name="NeededBytes">Bytes, over all partitions, that must be in sbuf at that point.</param>
/// <param name="CapacityBytes">Bytes of sbuf.</param>
/// <param name="Largest">The largest buffers among them, largest first.</param>
public sealed record PlanFailure(int Operation, long NeededBytes, long CapacityBytes, ImmutableArray<LiveBuffer> Largest);

/// <summary>A buffer that is alive where room ran out.</summary>
/// <param name="Group">Its group instance.</param>
/// <param name="Buffer">Its index among the group's buffers.</param>
/// <param name="Bytes">Its bytes over all partitions.</param>
/// <param name="Birth">The operation that uses it first, in source order.</param>
/// <param name="LastRead">The operation that uses it last, in source order.</param>
public readonly record struct LiveBuffer(int Group, int Buffer, long Bytes, int Birth, int LastRead);
