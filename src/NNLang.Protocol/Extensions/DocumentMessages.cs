namespace NNLang.Protocol.Extensions;

/// <summary>Asks for the networks of a document.</summary>
/// <param name="Uri">The document.</param>
public sealed record NetworksParams(string Uri);

/// <summary>The networks of a document.</summary>
/// <param name="Networks">In the order of the text.</param>
public sealed record NetworksResult(NetworkName[] Networks);

/// <summary>A network of a document.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Line">Line of its declaration, from 1.</param>
public sealed record NetworkName(string Name, int Line);

/// <summary>Asks for the page about a diagnostic code.</summary>
/// <param name="Code">A code such as <c>NN3020</c>.</param>
public sealed record ExplainParams(string Code);

/// <summary>The page about a diagnostic code.</summary>
/// <param name="Markdown">The page.</param>
public sealed record ExplainResult(string Markdown);

/// <summary>Asks for the text of a built-in device.</summary>
/// <param name="Name">Its name, <c>neuron_core_v2</c>.</param>
public sealed record DeviceTextParams(string Name);

/// <summary>The text of a built-in device.</summary>
/// <param name="Text">The text, as a file would have it.</param>
public sealed record DeviceTextResult(string Text);
