using NNLang.Operators;
using NNLang.Syntax;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Tests;

/// <summary>The examples that hovers and documentation show compile as they stand.</summary>
public sealed class OperatorExampleTests
{
    [Fact]
    public void EveryExampleCompilesAndUsesItsOperator()
    {
        foreach (var @operator in OperatorCatalogue.All)
        {
            var image = @operator.Name == "squeeze" ? "f32[N, 8, 1, 1]" : "f32[N, 8, 16, 16]";
            var names = @operator.Example.Split(" = ")[0];
            var text = $"weights seeded(1)\nnetwork main(x: {image}, a: f32[2, 4, 4], b: f32[2, 4, 4], c: f32[4]) {{\n  {@operator.Example}\n  return {names}\n}}\n";
            text = @operator.Example.Contains("c = ", StringComparison.Ordinal) ? text.Replace(", c: f32[4]", string.Empty, StringComparison.Ordinal) : text;
            var compilation = Compilation.Create(SyntaxTree.Parse(text));
            Assert.True(
                !compilation.Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error), $"{@operator.Example}: {string.Join("; ", compilation.Diagnostics)}");
            var network = compilation.GetNetwork("main")!;
            Assert.True(@operator.Name == "constant" || network.Layers.Any(layer => layer.Operation.Operator == @operator), @operator.Name);
        }
    }
}
