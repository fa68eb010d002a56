namespace NNLang.Syntax;

/// <summary>What an edit cost: counters that tests and diagnostics of the tool read.</summary>
/// <param name="ParsedElements">List elements that were parsed again.</param>
/// <param name="LexedUnits">UTF-16 units that were lexed again.</param>
/// <param name="Attempts">Regions tried before one fitted; 1 for nearly all edits.</param>
/// <param name="IsFull">True where the whole text was parsed.</param>
public readonly record struct ChangeStatistics(int ParsedElements, int LexedUnits, int Attempts, bool IsFull);
