namespace NNLang.Machine.Instructions;

/// <summary>One instruction of a program: its stream and its ordinal in it.</summary>
public readonly record struct InstructionLocation(Engine Engine, int Index);
