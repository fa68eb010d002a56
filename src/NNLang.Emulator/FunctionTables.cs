using NNLang.Machine;
namespace NNLang.Emulator;
internal static class FunctionTables
{
    public static float Pow(float a, float b) => MathF.Pow(a, b);
    public static float Evaluate(ActivationFunction f, float x, float alpha, int? wrongSegment) => x;
}
