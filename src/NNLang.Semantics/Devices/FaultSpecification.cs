using System.Collections.Immutable;
using NNLang.Machine.Devices;
using NNLang.Machine.Faults;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Devices;

/// <summary>Faults written on a command line: <c>stuck_bit(engine: tensor, lane: 17, bit: 30, value: 1)</c>. Pure.</summary>
public static class FaultSpecification
{
    private const string Shell = "fault = ";

    /// <summary>Reads and checks a specification; null if it is not sound. Places are in the specification.</summary>
    public static FaultDescription? Parse(string text, DeviceDescription device, out ImmutableArray<Diagnostic> diagnostics)
    {
        var problems = new List<Diagnostic>();
        var fault = Read(text, problems);
        if (fault is not null)
        {
            foreach (var problem in FaultKinds.Validate(fault, device))
            {
                problems.Add(FaultBinder.Describe(problem, device, new SyntaxLocation(null, new TextSpan(Shell.Length, text.Length))));
            }
        }

        diagnostics = [.. problems.Select(problem => problem.WithLocations(location => new SyntaxLocation(
            null, new TextSpan(Math.Clamp(location.Span.Start - Shell.Length, 0, text.Length), Math.Min(location.Span.Length, text.Length)))))];
        return problems.Count == 0 ? fault : null;
    }

    private static FaultDescription? Read(string text, List<Diagnostic> problems)
    {
        var tree = SyntaxTree.Parse(Shell + text + "\n");
        if (tree.Diagnostics.Count > 0)
        {
            problems.AddRange(tree.Diagnostics);
            return null;
        }

        var scope = new DeviceExpressions(new MergedItems(), null, problems) { IsFault = true };
        var members = tree.Root.Members.ToList();
        if (members is [BindingSyntax binding])
        {
            switch (DeviceExpressions.Plain(binding.Value))
            {
                case CallSyntax call:
                    return FaultBinder.Bind(call, scope, problems);
                case NameSyntax name:
                    return new FaultDescription(name.Name.ValueText, name.Name.ValueText, []);
            }
        }

        problems.Add(Codes.BadFault.At(SyntaxLocation.Absolute(new TextSpan(Shell.Length, text.Length)), "A fault is written kind(field: value, ..).", "Write for instance stuck_bit(engine: tensor, lane: 17, bit: 30, value: 1)."));
        return null;
    }
}
