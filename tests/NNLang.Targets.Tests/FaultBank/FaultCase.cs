using System.Collections.Immutable;
using NNLang.Bisection;
using NNLang.Bisection.Comparison;
using NNLang.Bisection.Verdicts;
using NNLang.Compiler.Fuse;
using NNLang.Emulator;
using NNLang.Machine.Faults;
using NNLang.Machine.Instructions;
using NNLang.Targets.Emulation;
using NNLang.Targets.Faults;
using NNLang.Targets.Launch;
using NNLang.Tensors;

namespace NNLang.Targets.Tests.FaultBank;

/// <summary>One planted fault: what brute force says of it, and what the bisection says.</summary>
internal sealed class FaultCase
{
    private readonly LaunchedNetwork _faulty;
    private readonly HashSet<string> _compilerKinds =
        [.. FaultKinds.All.Where(kind => kind.IsCompilerFault).Select(kind => kind.Name)];

    private FaultCase(PossibleFault fault, LaunchedNetwork faulty)
    {
        Fault = fault;
        _faulty = faulty;
    }

    public PossibleFault Fault { get; }

    /// <summary>Plants a fault; null if it changes no tensor beyond its layer's bound.</summary>
    public static (string Expected, Verdict Verdict, bool DescentIsRight, string Story)? Run(string program, PossibleFault fault, long seed, BisectionOptions options)
    {
        using var faulty = Launcher.Launch(new LaunchRequest(program) { Faults = [fault.Spec], Seed = seed });
        var fcase = new FaultCase(fault, faulty);
        if (fcase.BruteForce() is not { } group)
        {
            return null;
        }

        var last = faulty.Compiled.Fused!.LastLayers[group];
        var expected = faulty.Network.Layers[last].Path;
        using var target = faulty.CreateTarget();
        var verdict = new Bisector(faulty.Subject(null), target, options, TimeProvider.System).Run(null, TestContext.Current.CancellationToken);
        var (right, story) = fcase.JudgeDescent(verdict, group);
        return (expected, verdict, right, story);
    }

    // Every layer of one run of the whole program, against what it must be and against its meaning: the first that is outside.
    private int? BruteForce()
    {
        using var target = _faulty.CreateTarget();
        var groups = _faulty.Compiled.Fused!.Groups.Length;
        var run = target.Run(new TargetRequest(groups) { Tapped = true }, TestContext.Current.CancellationToken);
        var subject = _faulty.Subject(null);
        var tensors = run.Taps.ToDictionary(tap => tap.Key.Group, tap => tap.Value);
        for (var group = 0; group < groups; group++)
        {
            if (!tensors.TryGetValue(group, out var value))
            {
                continue;
            }

            if (!TensorComparer.CompareExactly(value, subject.Expectation.Exact(new GroupTensor(group))).IsEqual
                || Outside(subject, group, value, tensors))
            {
                return LeavesBound(subject, tensors, groups) ? group : null;
            }
        }

        return null;
    }

    private bool LeavesBound(BisectionSubject subject, Dictionary<int, Tensor> tensors, int groups)
    {
        for (var group = 0; group < groups; group++)
        {
            if (tensors.TryGetValue(group, out var value) && Outside(subject, group, value, tensors))
            {
                return true;
            }
        }

        return false;
    }

    private bool Outside(BisectionSubject subject, int group, Tensor value, Dictionary<int, Tensor> tensors)
    {
        var instance = subject.Fused.Groups[group];
        var operands = ImmutableArray.CreateBuilder<Tensor?>();
        foreach (var link in instance.Operands)
        {
            switch (link.Kind)
            {
                case FusedLinkKind.NetworkInput:
                    operands.Add(_faulty.Inputs[link.Index]);
                    break;
                case FusedLinkKind.Group when tensors.TryGetValue(group - link.Distance, out var operand):
                    operands.Add(operand);
                    break;
                case FusedLinkKind.Group:
                    return false;
                default:
                    operands.Add(null);
                    break;
            }
        }

        return subject.Expectation.Enclose(new GroupTensor(group), operands.ToImmutable()) is { } enclosure
            && !TensorComparer.CompareWithin(value, enclosure).IsEqual;
    }

    private (bool Right, string Story) JudgeDescent(Verdict verdict, int group)
    {
        if (_compilerKinds.Contains(Fault.Kind))
        {
            var pass = Fault.Kind == "missing_wait" ? "emit" : Fault.Kind == "wrong_fold" ? "fuse" : "tile";
            return (verdict.Descent?.Pass == pass, $"pass {verdict.Descent?.Pass}, planted in {pass}");
        }

        var first = FirstDifferentWrite(group);
        var named = verdict.Descent?.Instruction;
        return (
            first is { } location && named is not null && named.Index == location.Index && named.Engine == Engines.Name(location.Engine),
            $"named {named?.Engine} {named?.Index}, twin differs first at {first?.Engine} {first?.Index}");
    }

    // The same program on a device without the fault, instruction by instruction.
    private InstructionLocation? FirstDifferentWrite(int group)
    {
        using var healthy = new EmulatorTarget(
            _faulty.Compiled, _faulty, _faulty.Inputs, new EmulatorOptions { Faults = [.. _faulty.Faults.Where(f => _compilerKinds.Contains(f.Kind))] });
        using var faulty = _faulty.CreateTarget();
        // An instruction of a later layer may do the damage: then only the whole program shows it.
        foreach (var length in (ReadOnlySpan<int>)[group + 1, _faulty.Compiled.Fused!.Groups.Length])
        {
            var request = new TargetRequest(length) { TracedGroup = group };
            var good = healthy.Run(request, TestContext.Current.CancellationToken).Writes;
            var bad = faulty.Run(request, TestContext.Current.CancellationToken).Writes;
            for (var i = 0; i < good.Length; i++)
            {
                if (!TensorComparer.CompareExactly(bad[i].Value, good[i].Value).IsEqual)
                {
                    return bad[i].Location;
                }
            }
        }

        return null;
    }
}
