using NNLang.Bisection;
using NNLang.Emulator.Loading;

namespace NNLang.Targets.Emulation;

/// <summary>What the emulator refuses is a target that failed.</summary>
internal static class LoadedValues
{
    /// <summary>The value.</summary>
    /// <exception cref="TargetException">The emulator refused; the message has its first reasons.</exception>
    public static T Require<T>(this Loaded<T> loaded)
        where T : class =>
        loaded.Value ?? throw new TargetException("The emulator refuses the program: " + string.Join(" ", loaded.Problems.Take(3)));
}
