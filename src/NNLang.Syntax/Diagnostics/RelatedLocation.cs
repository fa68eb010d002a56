namespace NNLang.Syntax.Diagnostics;

/// <summary>A second place that explains a diagnostic.</summary>
/// <param name="Location">Where.</param>
/// <param name="Message">What is to be seen there, one line.</param>
public sealed record RelatedLocation(SyntaxLocation Location, string Message);
