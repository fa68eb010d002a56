using System.Collections.Immutable;
using System.Globalization;
using NNLang.Machine.Instructions;

namespace NNLang.Emulator.Loading;

/// <summary>Why a program cannot be loaded or run.</summary>
/// <param name="Instruction">The instruction at fault; null if it is not an instruction.</param>
/// <param name="Message">What is wrong and, where that helps, what to do.</param>
public sealed record LoadProblem(InstructionLocation? Instruction, string Message)
{
    /// <summary>The problem with its place.</summary>
    public override string ToString() => Instruction is { } location
        ? string.Create(CultureInfo.InvariantCulture, $"{Engines.Name(location.Engine)} {location.Index}: {Message}")
        : Message;
}

/// <summary>A value, or the problems that prevent it.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
public sealed class Loaded<T>
    where T : class
{
    private readonly T? _value;

    /// <summary>Success.</summary>
    public Loaded(T value)
    {
        _value = value;
        Problems = [];
    }

    /// <summary>Failure.</summary>
    public Loaded(ImmutableArray<LoadProblem> problems) => Problems = problems;

    /// <summary>Whether there is a value.</summary>
    public bool Succeeded => _value is not null;

    /// <summary>What prevents it; empty on success.</summary>
    public ImmutableArray<LoadProblem> Problems { get; }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message lists the problems.</exception>
    public T Value => _value ?? throw new InvalidOperationException(string.Join(Environment.NewLine, Problems));
}
