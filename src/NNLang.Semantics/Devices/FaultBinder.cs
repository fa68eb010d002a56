using System.Collections.Immutable;
using NNLang.Machine.Costs;
using NNLang.Machine.Devices;
using NNLang.Machine.Faults;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Devices;

/// <summary>Turns fault sections and <c>--fault</c> specifications into fault descriptions (language 11.6). Pure.</summary>
internal static class FaultBinder
{
    /// <summary>Binds a section; null after a problem, which is told.</summary>
    public static FaultDescription? Bind(SectionSyntax section, MergedItems items, DeviceExpressions scope, List<Diagnostic> diagnostics)
    {
        var kind = section.Name.ValueText;
        var fields = ImmutableArray.CreateBuilder<FaultField>();
        var isWrong = false;
        foreach (var item in items.Items)
        {
            if (item.Syntax is not FieldSyntax field)
            {
                diagnostics.Add(Codes.BadFault.At(SyntaxLocation.Of(item.Syntax), $"A fault has fields only.", "Write label: value."));
                isWrong = true;
                continue;
            }

            if (Value(field.Value, scope) is { } value)
            {
                fields.Add(new FaultField(field.Label.ValueText, value));
            }
            else
            {
                isWrong = true;
            }
        }

        return isWrong ? null : new FaultDescription(kind, section.Alias.IsMissing ? kind : section.Alias.ValueText, fields.ToImmutable());
    }

    /// <summary>Binds a call such as <c>stuck_bit(engine: tensor, lane: 17, bit: 30, value: 1)</c>.</summary>
    public static FaultDescription? Bind(CallSyntax call, DeviceExpressions scope, List<Diagnostic> diagnostics)
    {
        if (call.Callee is not NameSyntax name)
        {
            diagnostics.Add(Codes.BadFault.At(SyntaxLocation.Of(call), "A fault is written kind(field: value, ..).", "Write a kind before the parenthesis."));
            return null;
        }

        var fields = ImmutableArray.CreateBuilder<FaultField>();
        foreach (var argument in call.Arguments.Arguments)
        {
            if (argument.Label.IsMissing)
            {
                diagnostics.Add(Codes.BadFault.At(SyntaxLocation.Of(argument), "The fields of a fault have names.", "Write field: value."));
                return null;
            }

            if (Value(argument.Value, scope) is not { } value)
            {
                return null;
            }

            fields.Add(new FaultField(argument.Label.ValueText, value));
        }

        return new FaultDescription(name.Name.ValueText, name.Name.ValueText, fields.ToImmutable());
    }

    /// <summary>Checks a fault against a device; true if it is sound.</summary>
    public static bool Check(FaultDescription fault, DeviceDescription device, SectionSyntax section, MergedItems items, List<Diagnostic> diagnostics)
    {
        var problems = FaultKinds.Validate(fault, device);
        foreach (var problem in problems)
        {
            var place = problem.Field is null ? SyntaxLocation.Of(section.Name) : SyntaxLocation.Of((SyntaxNode?)items.Field(problem.Field) ?? section);
            diagnostics.Add(Describe(problem, device, place));
        }

        return problems.IsEmpty;
    }

    /// <summary>A problem as a diagnostic.</summary>
    public static Diagnostic Describe(FaultProblem problem, DeviceDescription device, SyntaxLocation place)
    {
        // The machine says what there is after a semicolon: that is the second line.
        var parts = problem.Message.Split("; ", 2);
        var help = parts.Length == 2 ? Sentence(parts[1]) : problem.MissingResource ? $"Use what {device.Name} has." : "Correct the field.";
        return (problem.MissingResource ? Codes.FaultResource : Codes.BadFault).At(place, Sentence(parts[0]), help);
    }

    /// <summary>The device with faults, under a name.</summary>
    public static DeviceDescription WithFaults(DeviceDescription device, string name, ImmutableArray<FaultDescription> faults) => new()
    {
        Name = name,
        Engines = device.Engines,
        Dma = device.Dma,
        Memories = device.Memories,
        Ports = device.Ports,
        SemaphoreCount = device.SemaphoreCount,
        SemaphoreCycles = device.SemaphoreCycles,
        Rules = device.Rules,
        Instructions = device.Instructions,
        Faults = faults,
        Provenance = device.Provenance,
    };

    private static object? Value(ExpressionSyntax expression, DeviceExpressions scope) => scope.Bind(expression) switch
    {
        CostExpression.IntLiteral literal => literal.Value,
        CostExpression.FloatLiteral literal => literal.Value,
        CostExpression.WordLiteral literal => literal.Value,
        CostExpression.BoolLiteral literal => literal.Value ? 1L : 0L,
        CostExpression.WordListLiteral list => list.Words,
        CostExpression.QuantityLiteral quantity when decimal.IsInteger(quantity.Value) => (long)quantity.Value,
        _ => null,
    };

    private static string Sentence(string text)
    {
        text = char.ToUpperInvariant(text[0]) + text[1..];
        return text.EndsWith('.') ? text : text + ".";
    }
}
