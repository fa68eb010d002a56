using System.Collections.Immutable;
using NNLang.Bisection;
using NNLang.Bisection.Reports;
using NNLang.Bisection.Verdicts;
using NNLang.Compiler.Fuse;
using NNLang.Compiler.Lengths;
using NNLang.Debugging.Inspection;
using NNLang.Debugging.Programs;
using NNLang.Debugging.Running;
using NNLang.Machine.Instructions;
using NNLang.Operators.Model;
using NNLang.Targets.Launch;
using NNLang.Tensors;

namespace NNLang.Debugging.Bisecting;

/// <summary>
/// Searches the first wrong layer of a launched network, then stands in a session of the shortest failing length at the instruction whose
/// write is wrong. Not thread-safe.
/// </summary>
public sealed class BisectSession(LaunchedNetwork launched, LayerMap layers, IReferenceProcessor? independent, BisectionOptions options, TimeProvider clock)
{
    /// <summary>The number of lengths.</summary>
    public int Lengths => layers.Fused.Groups.Length;

    /// <summary>About how many probes a search takes.</summary>
    public int ExpectedProbes => (int)Math.Ceiling(Math.Log2(Math.Max(1, Lengths))) + 3;

    /// <summary>Searches.</summary>
    /// <param name="progress">Told of every probe.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Verdict Search(IProgress<ProbeRecord>? progress, CancellationToken cancellationToken)
    {
        var subject = launched.Subject(independent);
        Expectation = subject.Expectation;
        using var target = launched.CreateTarget();
        return new Bisector(subject, target, options, clock).Run(progress, cancellationToken);
    }

    /// <summary>What the device must answer; known after the search.</summary>
    public IExpectation? Expectation { get; private set; }

    /// <summary>The session at the divergence.</summary>
    /// <param name="verdict">A divergence that <see cref="Search"/> found.</param>
    /// <exception cref="InvalidOperationException">The verdict is no divergence.</exception>
    /// <exception cref="TargetException">The emulator refuses the program.</exception>
    public DivergenceStop Stop(Verdict verdict)
    {
        if (verdict.Layer is not { } layer || Expectation is not { } expectation)
        {
            throw new InvalidOperationException("Only a divergence has a place to stop at.");
        }

        var group = layers.GroupOf(layer.Index);
        var length = Compiler.CompilationPipeline.Compiler.CompileLength(launched.Compiled, group + 1, LengthOptions.Default);
        var program = DebugProgram.Load(launched, layers, expectation, length.Program);
        var session = new RunSession(program);
        session.Acknowledge(group);
        MoveTo(session, verdict, group);
        var outputs = program.RunWhole();
        var cut = length.CutTensors.FirstOrDefault(tensor => tensor.Group == group);
        var device = cut is not null ? outputs[cut.Index] : session.TensorOf(layers.LastLayers[group]);
        ComparedTensor? compared = null;
        if (device is not null)
        {
            compared = new ComparedTensor(device, expectation.Exact(new GroupTensor(group)), Enclose(expectation, group));
            session.Inspector.Pin(group, compared);
        }

        return new DivergenceStop(session, group, Explain(verdict, session, compared));
    }

    private void MoveTo(RunSession session, Verdict verdict, int group)
    {
        var timeline = session.Program.Timeline;
        if (verdict.Descent?.Instruction is { } faulty && Engines.Parse(faulty.Engine) is { } engine)
        {
            var instruction = new InstructionLocation(engine, faulty.Index);
            if (timeline.CommitOf(instruction) is { } commit)
            {
                session.MoveTo(commit + 1, instruction);
                return;
            }
        }

        session.MoveTo(timeline.BeginOf(group) ?? timeline.EndOf(group) ?? timeline.Count);
    }

    private SessionStop Explain(Verdict verdict, RunSession session, ComparedTensor? compared)
    {
        var path = verdict.Layer!.Path;
        var lines = new List<string>();
        if ((compared?.Difference is { IsEqual: false } difference ? difference : verdict.Difference) is { } shown)
        {
            lines.Add(VerdictText.Describe(shown));
            var where = verdict.Descent?.Pass is { } pass
                ? $"Compiler pass {pass}{(verdict.Descent.Operation is { } operation ? $", operation {operation}" : "")}."
                : verdict.Descent?.Instruction is { } instruction
                    ? $"{FrameBuilder.NameOf(session.Program, session.Focus)}, {instruction.Engine} engine."
                    : "";
            lines.Add(string.Join(' ', new[] { where, WrongPattern.Describe(shown) }.Where(text => text.Length > 0)));
        }

        return new SessionStop(StopReason.Divergence, session.Focus.Engine, "Divergence in " + path)
        {
            Title = "Divergence in layer " + path,
            Text = string.Join('\n', lines.Where(line => line.Length > 0)),
        };
    }

    private Enclosure? Enclose(IExpectation expectation, int group)
    {
        // What feeds the first wrong layer is exact, so its expected operands are those that the device gave it.
        ImmutableArray<Tensor?> operands =
        [
            .. layers.Fused.Groups[group].Operands.Select(operand => operand.Kind switch
            {
                FusedLinkKind.NetworkInput => launched.Inputs[operand.Index],
                FusedLinkKind.Group => expectation.Exact(new GroupTensor(group - operand.Distance, operand.Index)),
                _ => null,
            }),
        ];
        return expectation.Enclose(new GroupTensor(group), operands);
    }
}

/// <summary>A session that stands at a divergence. Dispose the session, then its program.</summary>
/// <param name="Session">The session, of the shortest failing length.</param>
/// <param name="Group">The group of the faulty layer.</param>
/// <param name="Stop">What to tell the user.</param>
public sealed record DivergenceStop(RunSession Session, int Group, SessionStop Stop);
