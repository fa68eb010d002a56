using NNLang.Emulator.Faults;
using NNLang.Emulator.Kernels;
using NNLang.Emulator.Memories;
using NNLang.Machine.Arithmetic;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Emulator.Execution;

/// <summary>
/// What one thread needs to execute instructions: the memories and scratch room. Not thread-safe; one for each thread.
/// </summary>
internal sealed unsafe class KernelContext : IDisposable
{
    /// <summary>Elements that are handled at once by elementwise instructions.</summary>
    public const int Chunk = 32;

    private const int Slots = 6;
    private const int Addresses = 768;
    private readonly NativeBuffer _addresses = new(Slots * Addresses * sizeof(nint));
    private readonly NativeBuffer _rows = new((Slots * Chunk + 16) * Lanes.RowLanes * sizeof(float));
    private readonly NativeBuffer _matrix = new((MatmulKernel.ScratchFloats + 1024) * sizeof(float));
    private NativeBuffer? _large;
    private NativeBuffer? _second;

    public KernelContext(KernelPath path, DeviceMemory memory)
    {
        Path = path;
        Memory = memory;
    }

    /// <summary>Which loops to use.</summary>
    public KernelPath Path { get; }

    /// <summary>The memories of the device.</summary>
    public DeviceMemory Memory { get; }

    /// <summary>The faults that act on the instruction at hand; null if there are none, which is the fast case.</summary>
    public InstructionFaults? Faults { get; set; }

    /// <summary>The function tables of the instruction at hand.</summary>
    public FunctionTables Tables => Faults?.Tables ?? FunctionTables.Standard;

    /// <summary>A host buffer that results go to instead of the destination; null to write the destination. See <see cref="ColumnCursor.Captured"/>.</summary>
    public byte* Capture { get; set; }

    /// <summary>As <see cref="Capture"/>, for the second destination of activation_reduce.</summary>
    public byte* CaptureSecond { get; set; }

    /// <summary>Scratch of <see cref="MatmulKernel"/>.</summary>
    public float* MatrixScratch => (float*)_matrix.Data;

    /// <summary>Room for addresses: slot 0 to 5, 768 each.</summary>
    public byte** AddressSlot(int slot) => (byte**)_addresses.Data + (slot * Addresses);

    /// <summary>Room for rows of lanes: slot 0 to 5, <see cref="Chunk"/> rows each.</summary>
    public float* RowSlot(int slot) => (float*)_rows.Data + (slot * Chunk * Lanes.RowLanes);

    /// <summary>Single rows of lanes, for scalars and running values: 0 to 15.</summary>
    public float* SingleRow(int index) => (float*)_rows.Data + (((Slots * Chunk) + index) * Lanes.RowLanes);

    /// <summary>A large scratch buffer of at least a number of bytes; the contents are undefined.</summary>
    public byte* Large(long bytes) => Grow(ref _large, bytes);

    /// <summary>A second large scratch buffer.</summary>
    public byte* Second(long bytes) => Grow(ref _second, bytes);

    /// <summary>The host bytes of an on-chip memory.</summary>
    public byte* Data(MemoryKind memory) => memory == MemoryKind.Sbuf ? Memory.Sbuf.Data : Memory.Psum.Data;

    /// <summary>A cursor over an operand's elements from a lane on.</summary>
    public ColumnCursor Cursor(in OnChipOperand operand, int firstLane) => new(Data(operand.Memory), operand, firstLane);

    public void Dispose()
    {
        _addresses.Dispose();
        _rows.Dispose();
        _matrix.Dispose();
        _large?.Dispose();
        _second?.Dispose();
    }

    private static byte* Grow(ref NativeBuffer? buffer, long bytes)
    {
        if (buffer is null || buffer.Length < bytes)
        {
            buffer?.Dispose();
            buffer = new NativeBuffer(Math.Max(bytes, 1 << 16));
        }

        return buffer.Data;
    }
}

/// <summary>A source operand, read a few elements at a time as rows of 32-bit lanes: where it lies if that is possible, else converted.</summary>
internal unsafe ref struct RowReader
{
    private readonly KernelContext _context;
    private readonly byte** _addresses;
    private readonly float* _rows;
    private readonly ElementType _type;
    private readonly int _lanes;
    private readonly bool _raw;
    private readonly bool _inPlace;
    private ColumnCursor _cursor;

    /// <summary>Reads an operand.</summary>
    /// <param name="context">The thread's context.</param>
    /// <param name="operand">The operand.</param>
    /// <param name="firstLane">The first of its lanes wanted.</param>
    /// <param name="lanes">How many.</param>
    /// <param name="slot">The scratch slot to use; each reader and writer of an instruction has its own.</param>
    /// <param name="raw">Whether bit patterns are wanted instead of f32.</param>
    public RowReader(KernelContext context, in OnChipOperand operand, int firstLane, int lanes, int slot, bool raw)
    {
        _context = context;
        _addresses = context.AddressSlot(slot);
        _rows = context.RowSlot(slot);
        _type = operand.Type;
        _lanes = lanes;
        _raw = raw;
        _inPlace = operand.Type == ElementType.F32 || (raw && operand.Type == ElementType.I32);
        _cursor = context.Cursor(operand, firstLane);
    }

    /// <summary>Addresses of the rows that <see cref="Next"/> read.</summary>
    public readonly float** Rows => (float**)_addresses;

    /// <summary>Reads the next rows; returns how many.</summary>
    public int Next(int maximum)
    {
        var count = _cursor.Next(_addresses, maximum);
        if (!_inPlace)
        {
            for (var i = 0; i < count; i++)
            {
                var row = _rows + (i * Lanes.RowLanes);
                Lanes.Load(_context.Path, _type, _raw, _addresses[i], row, _lanes);
                _addresses[i] = (byte*)row;
            }
        }

        return count;
    }
}

/// <summary>A destination operand, written a few elements at a time as rows of 32-bit lanes.</summary>
internal unsafe ref struct RowWriter
{
    private readonly KernelContext _context;
    private readonly byte** _addresses;
    private readonly byte** _targets;
    private readonly float* _rows;
    private readonly ElementType _type;
    private readonly int _lanes;
    private readonly bool _raw;
    private readonly bool _inPlace;
    private readonly bool _scratch;
    private readonly StuckBit[]? _stuck;
    private readonly int _origin;
    private ColumnCursor _cursor;

    /// <summary>Writes an operand; parameters as those of <see cref="RowReader"/>. Uses the address slot and the next one.</summary>
    public RowWriter(
        KernelContext context, in OnChipOperand operand, int firstLane, int lanes, int slot, bool raw, byte* capture)
    {
        _context = context;
        _addresses = context.AddressSlot(slot);
        _targets = context.AddressSlot(slot + 1);
        _rows = context.RowSlot(slot);
        _type = operand.Type;
        _lanes = lanes;
        _raw = raw;
        _inPlace = operand.Type == ElementType.F32 || (raw && operand.Type == ElementType.I32);
        _cursor = capture is null ? context.Cursor(operand, firstLane) : ColumnCursor.Captured(capture, firstLane, operand.ElementsPerPartition);
        _stuck = context.Faults?.Lanes;
        _origin = operand.FirstPartition + firstLane;
        _scratch = !_inPlace;
    }

    /// <summary>Addresses of the rows to fill before <see cref="Commit"/>.</summary>
    public readonly float** Rows => (float**)_addresses;

    /// <summary>Makes room for the next rows; returns how many.</summary>
    public int Next(int maximum)
    {
        if (!_scratch)
        {
            return _cursor.Next(_addresses, maximum);
        }

        var count = _cursor.Next(_targets, maximum);
        for (var i = 0; i < count; i++)
        {
            _addresses[i] = (byte*)(_rows + (i * Lanes.RowLanes));
        }

        return count;
    }

    /// <summary>Converts and stores the rows.</summary>
    public readonly void Commit(int count)
    {
        if (_stuck is not null)
        {
            foreach (var stuck in _stuck)
            {
                var lane = stuck.Position - _origin;
                for (var i = 0; i < count && (uint)lane < (uint)_lanes; i++)
                {
                    stuck.Apply((uint*)_addresses[i] + lane);
                }
            }
        }

        if (_scratch)
        {
            for (var i = 0; i < count; i++)
            {
                Lanes.Store(_context.Path, _type, _raw, (float*)_addresses[i], _targets[i], _lanes);
            }
        }
    }
}
