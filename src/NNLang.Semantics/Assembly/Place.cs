using NNLang.Semantics.Graph;

namespace NNLang.Semantics.Assembly;

/// <summary>Where a body is expanded.</summary>
/// <param name="Parent">The path around it.</param>
/// <param name="Call">The call or repeat it was expanded from.</param>
/// <param name="Prefix">The prefix of its keys.</param>
/// <param name="IsMapped">Whether the map of the weights declaration sees its keys.</param>
/// <param name="Scope">Its name table.</param>
/// <param name="IsIteration">Whether it is an iteration of a repeat.</param>
/// <param name="IsBranch">Whether it is a branch, whose things belong to the body around it.</param>
internal readonly record struct Place(
    LayerName? Parent, SourceAnchor? Call, string Prefix, bool IsMapped, PathScope Scope, bool IsIteration, bool IsBranch);

/// <summary>What a piece gives: an operation its layer, anything else its tensors.</summary>
internal readonly record struct PieceResult(int Layer, NetworkReference[]? Tensors)
{
    public NetworkReference Of(int result) =>
        Tensors is null ? new NetworkReference(ValueKind.Layer, Layer, result, null) : result < Tensors.Length ? Tensors[result] : default;
}
