namespace NNLang.Targets.Tests.RandomNetworks;

/// <summary>The smallest forms of networks that a random test once found broken; each begins with its parameters.</summary>
internal static class RegressionNetworks
{
    public static readonly string[] All =
    [
        // An input that nothing reads, and inputs read in another order than they are declared: a length has what it reads.
        "(v0: f32[1, 3, 7, 8], v1: f32[1, 3, 7, 8]) {\n  return flatten(v1)\n}\n",
        "(v0: f32[1, 16, 12, 12], v1: f32[1, 16, 12, 12]) {\n  return sum(v1, v0, v0)\n}\n",
        // A view whose axes cannot express a tile of what it views: the whole is complete when its last tile is.
        "(v0: f32[2, 9, 11, 13]) {\n  v1 = conv2d(v0, filters: 18, kernel: [5, 3], pad: [2, 0], groups: 9) |> sigmoid\n  v2 = reshape(v1, [2, 18, -1])\n"
        + "  v3 = transpose(v2, permutation: [0, 2, 1])\n  v4 = pad(v3, before: [0, 1, 1], after: [0, 2, 1])\n  return reshape(v4, [2, 124, 20, 1])\n}\n",
        // An operand that is a constant, before the one that is a tensor.
        "(v0: f32[1, 3, 4, 4]) {\n  return 1.0 - relu(v0)\n}\n",
    ];
}
