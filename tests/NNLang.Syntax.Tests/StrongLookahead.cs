using Antlr4.Runtime.Atn;

namespace NNLang.Syntax.Tests;

/// <summary>
/// Computes from the ATN which decisions are settled by a few tokens whatever rule called (strong LL(k)): the token sequences that each
/// alternative can begin with, over all callers, must not meet. Then SLL prediction is exact and full context is never needed.
/// </summary>
internal sealed class StrongLookahead
{
    private readonly ATN atn;
    private readonly Dictionary<int, List<ATNState>> followers = [];

    public StrongLookahead(ATN atn)
    {
        this.atn = atn;
        foreach (var state in atn.states)
        {
            for (var i = 0; i < (state?.NumberOfTransitions ?? 0); i++)
            {
                if (state!.Transition(i) is RuleTransition call)
                {
                    if (!followers.TryGetValue(call.target.ruleIndex, out var list))
                    {
                        followers[call.target.ruleIndex] = list = [];
                    }

                    list.Add(call.followState);
                }
            }
        }
    }

    public int PrecedenceDecisions { get; private set; }

    public int SettledByTwo { get; private set; }

    public IEnumerable<string> Conflicts(int tokens = 2)
    {
        foreach (var decision in atn.decisionToState)
        {
            if (decision is StarLoopEntryState { isPrecedenceDecision: true })
            {
                PrecedenceDecisions++;
                continue;
            }

            var firsts = Enumerable.Range(0, decision.NumberOfTransitions)
                .Select(i => Step([new Place(decision.Transition(i).target, null)])).ToList();
            var two = false;
            for (var a = 0; a < firsts.Count; a++)
            {
                for (var b = a + 1; b < firsts.Count; b++)
                {
                    foreach (var token in firsts[a].Keys.Intersect(firsts[b].Keys))
                    {
                        two = true;
                        if (tokens == 1)
                        {
                            yield return $"decision {decision.decision}: alternatives {a + 1} and {b + 1} share {token}";
                        }
                        else if (Step(firsts[a][token]).Keys.Intersect(Step(firsts[b][token]).Keys).Any())
                        {
                            yield return $"decision {decision.decision}: alternatives {a + 1} and {b + 1} share two tokens after {token}";
                        }
                    }
                }
            }

            SettledByTwo += two ? 1 : 0;
        }
    }

    /// <summary>The tokens that can come next, each with the places behind it.</summary>
    private Dictionary<int, List<Place>> Step(IEnumerable<Place> from)
    {
        var result = new Dictionary<int, List<Place>>();
        var seen = new HashSet<Place>();
        var open = new Stack<Place>(from);
        while (open.TryPop(out var place))
        {
            if (!seen.Add(place))
            {
                continue;
            }

            if (place.State is null)
            {
                continue;
            }

            if (place.State is RuleStopState)
            {
                if (place.Return is { } back)
                {
                    open.Push(back);
                }
                else if (followers.TryGetValue(place.State.ruleIndex, out var callers))
                {
                    foreach (var caller in callers)
                    {
                        open.Push(new Place(caller, null));
                    }
                }
                else
                {
                    Add(result, -1, new Place(null, null));
                }

                continue;
            }

            for (var i = 0; i < place.State.NumberOfTransitions; i++)
            {
                var transition = place.State.Transition(i);
                if (transition is RuleTransition call)
                {
                    open.Push(new Place(call.target, new Place(call.followState, place.Return)));
                }
                else if (transition.IsEpsilon)
                {
                    open.Push(new Place(transition.target, place.Return));
                }
                else
                {
                    foreach (var token in transition.Label.ToArray())
                    {
                        Add(result, token, new Place(transition.target, place.Return));
                    }
                }
            }
        }

        return result;
    }

    private static void Add(Dictionary<int, List<Place>> result, int token, Place place)
    {
        if (!result.TryGetValue(token, out var list))
        {
            result[token] = list = [];
        }

        list.Add(place);
    }

    private sealed record Place(ATNState? State, Place? Return);
}
