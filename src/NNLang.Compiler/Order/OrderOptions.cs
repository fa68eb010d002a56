namespace NNLang.Compiler.Order;

/// <summary>What an operation's place in the order is decided by, among those that are ready.</summary>
internal enum OrderPriority : byte
{
    /// <summary>The text: the order that keeps memory low.</summary>
    Source,
    /// <summary>The longest way to the end: the order that keeps the critical path short, inside the memory budget.</summary>
    Rank,
    /// <summary>The same in coarse steps, and the text within a step: what is nearly as urgent keeps the order that readers expect.</summary>
    Bands,
}
