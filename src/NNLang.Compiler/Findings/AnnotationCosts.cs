using System.Collections.Immutable;
using NNLang.Compiler.CompilationPipeline;
using NNLang.Compiler.Emit;
using NNLang.Machine.Instructions;
using NNLang.Semantics.Graph;

namespace NNLang.Compiler.Findings;

/// <summary>
/// What <c>@pin</c>, <c>@before</c>, <c>@after</c> and <c>@engine</c> cost in the default order: each is lifted and the network compiled again.
/// </summary>
internal sealed class AnnotationCosts(CompiledNetwork compiled, Trial trial, FindingOptions options)
{
    private const int MostTried = 32;

    /// <summary>The annotations worth telling, costliest first.</summary>
    public List<Finding> Find()
    {
        var findings = new List<Finding>();
        var plan = compiled.Plan!;
        foreach (var (layers, annotation) in Annotated().Take(MostTried))
        {
            var network = compiled.Network;
            foreach (var layer in layers)
            {
                network = NetworkEdits.Annotate(network, layer, Without(network.Layers[layer].Operation.Annotations, annotation));
            }

            if (trial.Default(network) is { } lifted && plan.Makespan - lifted.Makespan is var saving
                && saving >= options.LeastSaving && saving >= plan.Makespan * options.PanelThreshold)
            {
                findings.Add(Describe(plan, lifted, layers, annotation, saving));
            }
        }

        return [.. findings.OrderByDescending(f => f.Saving).ThenBy(f => f.Layer)];
    }

    private List<(List<int> Layers, string Annotation)> Annotated()
    {
        // One annotation of the text may stand on many instances.
        var byText = new Dictionary<(object Statement, string Annotation), List<int>>();
        var found = new List<(List<int>, string)>();
        for (var layer = 0; layer < compiled.Network.Layers.Length; layer++)
        {
            var annotations = compiled.Network.Layers[layer].Operation.Annotations;
            foreach (var name in NamesOf(annotations))
            {
                var statement = (object?)compiled.Network.Layers[layer].Anchor?.Statement ?? layer;
                if (!byText.TryGetValue((statement, name), out var layers))
                {
                    byText.Add((statement, name), layers = []);
                    found.Add((layers, name));
                }

                layers.Add(layer);
            }
        }

        return found;
    }

    private static IEnumerable<string> NamesOf(OperationAnnotations annotations)
    {
        if (annotations.Pin)
        {
            yield return "pin";
        }

        if (annotations.Engine is not null)
        {
            yield return "engine";
        }

        if (annotations.Order.Any(constraint => constraint.Before))
        {
            yield return "before";
        }

        if (annotations.Order.Any(constraint => !constraint.Before))
        {
            yield return "after";
        }
    }

    private static OperationAnnotations Without(OperationAnnotations annotations, string name) => name switch
    {
        "pin" => annotations with { Pin = false },
        "engine" => annotations with { Engine = null },
        "before" => annotations with { Order = [.. annotations.Order.Where(constraint => !constraint.Before)] },
        _ => annotations with { Order = [.. annotations.Order.Where(constraint => constraint.Before)] },
    };

    private Finding Describe(Plan plan, Plan lifted, List<int> layers, string annotation, long saving)
    {
        var layer = layers[0];
        var path = compiled.Network.Layers[layer].Path;
        var gap = Held(plan, layers, annotation) ?? EngineGaps.Shortened(plan, lifted, options.LeastSaving) ?? default;
        var head = gap.Idle > 0 ? plan.Placed.LayerOf(gap.Operation) : -1;
        var message = annotation == "engine" ? EngineMessage(plan, lifted, layers)
            : head >= 0
                ? $"{Words.Idles(gap, compiled.Network.Layers[head].Path)}: @{annotation} on '{path}'."
                : $"@{annotation} on '{path}' costs {Words.Time(saving)}.";
        return new Finding
        {
            Code = "NN6001",
            Kind = saving >= plan.Makespan * options.Threshold ? FindingKind.Warning : FindingKind.PanelOnly,
            Schedule = FindingSchedule.Default,
            Message = message,
            Help = $"Remove @{annotation} from '{path}': {Words.Saves(saving, plan.Makespan)}.",
            Layer = layer,
            Related = head >= 0 && head != layer ? [new RelatedLayer(head, $"'{compiled.Network.Layers[head].Path}' waits")] : [],
            Remedy = new Remedy.RemoveAnnotation(layer, annotation),
            Engine = head >= 0 ? gap.Engine : null,
            Idle = head >= 0 ? gap.Idle : 0,
            Saving = saving,
            RelativeSaving = (double)saving / plan.Makespan,
            Repeats = layers.Count,
        };
    }

    /// <summary>The longest stretch before what the annotation holds back; null if no engine idles there.</summary>
    private EngineGap? Held(Plan plan, List<int> layers, string annotation)
    {
        foreach (var gap in EngineGaps.Find(plan, options.LeastSaving))
        {
            if (IsHeld(plan.Placed.LayerOf(gap.Operation), layers, annotation))
            {
                return gap;
            }
        }

        return null;
    }

    private bool IsHeld(int layer, List<int> layers, string annotation) => annotation != "before"
        ? layers.Contains(layer)
        : layers.Exists(l => compiled.Network.Layers[l].Operation.Annotations.Order.Any(c => c.Before && l + c.Distance == layer));

    private string EngineMessage(Plan plan, Plan lifted, List<int> layers)
    {
        var path = compiled.Network.Layers[layers[0]].Path;
        var asked = compiled.Network.Layers[layers[0]].Operation.Annotations.Engine!;
        var others = Busy(lifted, layers)
            .Where(b => Engines.Name(b.Key) != asked)
            .Select(b => $"{Words.Time(b.Value)} on the {Engines.Name(b.Key)} engine")
            .ToList();
        var here = Busy(plan, layers).Where(b => Engines.Name(b.Key) == asked).Sum(b => b.Value);
        return others.Count == 0
            ? $"@engine({asked}) on '{path}' keeps it {Words.Time(here)} on the {asked} engine."
            : $"@engine({asked}) on '{path}' keeps it {Words.Time(here)} on the {asked} engine; without it {string.Join(" and ", others)}.";
    }

    private static SortedDictionary<Engine, long> Busy(Plan plan, List<int> layers)
    {
        var busy = new SortedDictionary<Engine, long>();
        for (var i = 0; i < plan.OperationCount; i++)
        {
            var choice = plan.ChoiceOf(i);
            if (!choice.IsTransfer && layers.Contains(plan.Placed.LayerOf(i)))
            {
                var (start, end) = plan.TimesOf(i);
                busy[choice.Engine] = busy.GetValueOrDefault(choice.Engine) + end - start;
            }
        }

        return busy;
    }
}
