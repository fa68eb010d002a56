using System.Diagnostics.CodeAnalysis;
using NNLang.Machine.Programs;
using NNLang.Machine.Rules;

namespace NNLang.Machine.ProgramFormat;

/// <summary>
/// The file format of programs (<c>docs/machine.md</c> 8). Writing is deterministic; reading checks everything against the bytes that are there
/// before it allocates, and ends in an error that says where and what, whatever the bytes are.
/// </summary>
public static class ProgramFile
{
    /// <summary>The version this code writes; a reader takes any minor version of it.</summary>
    public const ushort MajorVersion = 1;

    /// <summary>The minor version this code writes.</summary>
    public const ushort MinorVersion = 0;

    /// <summary>The largest file.</summary>
    public const long MaximumBytes = 1L << 30;

    /// <summary>The most instructions of all streams.</summary>
    public const int MaximumInstructions = 16 << 20;

    /// <summary>The most regions.</summary>
    public const int MaximumRegions = 1 << 20;

    internal const int HeaderBytes = 52;
    internal const int EntryBytes = 24;
    internal const uint RequiredFlag = 1;
    internal const uint Magic = 0x504C4E4E; // NNLP

    /// <summary>The bytes of a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="withDebug">Whether to write the debug section.</param>
    public static byte[] Write(MachineProgram program, bool withDebug = true) => new ProgramFileWriter(program).Write(withDebug);

    /// <summary>SHA-256 over all sections but the debug section: the identity of the code.</summary>
    public static ContentHash CodeIdentity(MachineProgram program) => new ProgramFileWriter(program).Identity();

    /// <summary>
    /// Reads a program. Instructions are well formed then, but neither legal nor made for a given device: <see cref="ProgramValidator"/>.
    /// </summary>
    /// <param name="file">The bytes; they are kept, not copied, and must not change.</param>
    /// <param name="program">The program.</param>
    /// <param name="error">What is wrong, with the byte position.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> file, [NotNullWhen(true)] out MachineProgram? program, [NotNullWhen(false)] out ProgramFileError? error)
    {
        try
        {
            program = new ProgramFileReader(file).Read();
            error = null;
            return true;
        }
        catch (ProgramFileException failure)
        {
            program = null;
            error = new ProgramFileError(failure.Position, failure.Message);
            return false;
        }
    }

    internal static uint Id(string name) => (uint)(name[0] | (name[1] << 8) | (name[2] << 16) | (name[3] << 24));
}

/// <summary>Why a file is no program.</summary>
/// <param name="Position">The byte position, from 0.</param>
/// <param name="Message">What is wrong.</param>
public sealed record ProgramFileError(long Position, string Message)
{
    /// <summary>Position and message.</summary>
    public override string ToString() => $"byte {Position}: {Message}";
}

/// <summary>Ends the reading of a malformed file; never leaves this room.</summary>
internal sealed class ProgramFileException(long position, string message) : Exception(message)
{
    public long Position { get; } = position;
}
