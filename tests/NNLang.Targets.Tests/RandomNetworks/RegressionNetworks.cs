namespace NNLang.Targets.Tests.RandomNetworks;

/// <summary>The smallest forms of networks that a random test once found broken; each begins with its parameters.</summary>
internal static class RegressionNetworks
{
    public static readonly string[] All =
    [
        "(x: f32[1, 4, 5, 5]) {\n  return conv2d(x, filters: 3, kernel: 3, pad: 1) |> relu\n}\n",
    ];
}
