namespace NNLang.Compiler.Order;

/// <summary>How a buffer is placed.</summary>
internal enum BufferClass : byte
{
    /// <summary>An activation in sbuf: first fit from the bottom. Size in granules.</summary>
    Activation,
    /// <summary>A weight in sbuf, loaded ahead of its use: from the top. Size in granules.</summary>
    Weight,
    /// <summary>Banks of psum. Size in banks.</summary>
    Psum,
    /// <summary>A region of device memory: no on-chip room.</summary>
    Region,
}
