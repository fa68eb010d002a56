using NNLang.Compiler.Order;

namespace NNLang.Compiler.Emit;

/// <summary>
/// The orders that default plans were made from, by the content of what was planned: an edit that leaves the tile operations alone, or brings
/// back what stood there before, is allocated and simulated once instead of searched again. What was found first is dropped first. Not
/// thread-safe; a compilation owns it while it runs.
/// </summary>
internal sealed class PlanMemo
{
    private const long MostOperations = 2_000_000; // 5 bytes each

    private readonly Dictionary<UInt128, OperationOrder> _orders = [];
    private readonly Queue<UInt128> _ages = new();
    private long _operations;

    /// <summary>Plans whose order was known.</summary>
    public long Reused { get; private set; }

    /// <summary>The order of a content; null if it is not known.</summary>
    public OperationOrder? Find(UInt128 key)
    {
        var order = _orders.GetValueOrDefault(key);
        Reused += order is null ? 0 : 1;
        return order;
    }

    /// <summary>Remembers an order.</summary>
    public void Add(UInt128 key, OperationOrder order)
    {
        if (!_orders.TryAdd(key, order))
        {
            return;
        }

        _ages.Enqueue(key);
        _operations += order.Sequence.Length;
        while (_operations > MostOperations && _ages.Count > 1)
        {
            _orders.Remove(_ages.Dequeue(), out var oldest);
            _operations -= oldest!.Sequence.Length;
        }
    }
}
