namespace NNLang.Operators.Numerics;

/// <summary>Runs independent pieces of work on the available processors; the pieces write disjoint parts, so the result does not depend on
/// their order.</summary>
internal static class Planes
{
    /// <summary>Runs a body for 0 .. count - 1; <paramref name="cost"/> is the rough number of operations of one.</summary>
    public static void ForEach(long count, long cost, Action<long> body)
    {
        if (count < 2 || count * cost < 200_000)
        {
            for (long i = 0; i < count; i++)
            {
                body(i);
            }

            return;
        }

        Parallel.For(0, count, body);
    }
}
