using System.Collections.Immutable;
using NNLang.Operators.Shapes;
using NNLang.Semantics.Binding;
using NNLang.Semantics.Queries;
using NNLang.Semantics.Values;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics;

public sealed partial class Compilation
{
    /// <summary>The body of a network; null if there is none of that name.</summary>
    public BodyBinding? NetworkBody(string network) =>
        State.FindNetwork(network) is { } result ? new BodyBinding(result.Body, result.Header.Arguments) : null;

    /// <summary>The body of a block over its own parameters and dimensions; null if there is none of that name.</summary>
    public BodyBinding? BlockBody(string block) =>
        State.FindBlock(block) is { } result ? new BodyBinding(result.Body, result.Header.Arguments) : null;

    /// <summary>The different ways in which networks use a block: one per tuple of arguments.</summary>
    public ImmutableArray<BodyBinding> InstancesOf(string block)
    {
        var instances = ImmutableArray.CreateBuilder<BodyBinding>();
        foreach (var network in State.Networks)
        {
            foreach (var (key, body) in network.Session.Instances)
            {
                if (key.Block == block)
                {
                    instances.Add(new BodyBinding(body, key.Arguments));
                }
            }
        }

        return instances.ToImmutable();
    }

    /// <summary>The value of a constant of the file; null if there is none of that name.</summary>
    public Value? ConstantValue(string name) => State.File.Scope.FindConstant(name);

    /// <summary>The names of the file's constants.</summary>
    public IEnumerable<string> ConstantNames => State.File.Scope.ConstantNames;

    /// <summary>The device that a network's header names; null if it names none, or there is no such network. Nothing is assembled for it.</summary>
    public string? DeviceNameOf(string network) => State.FindNetwork(network)?.Header.Annotations.Device;

    /// <summary>The values of a network's symbolic dimensions, where they have one; empty if there is no such network.</summary>
    public ImmutableSortedDictionary<string, long> BindingOf(string network) =>
        State.FindNetwork(network)?.Header.Binding ?? ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>The inputs of a network, with types over symbolic dimensions; empty if there is no such network.</summary>
    public ImmutableArray<KeyValuePair<string, TensorType>> InputsOf(string network) => State.FindNetwork(network)?.Header.Inputs ?? [];

    /// <summary>The symbolic dimensions of a network in order of declaration, each with its value where it has one.</summary>
    public ImmutableArray<KeyValuePair<string, long?>> DimensionsOf(string network) =>
        State.FindNetwork(network) is not { } result
            ? []
            : [.. result.Header.Dimensions.Select(name => KeyValuePair.Create(name, result.Header.Binding.TryGetValue(name, out var value) ? value : (long?)null))];

    /// <summary>
    /// Diagnostics that were made for another snapshot, with absolute places in this one; those whose place is gone are left out. One walk
    /// over the statements, none if there are no diagnostics.
    /// </summary>
    public ImmutableArray<Diagnostic> Place(IReadOnlyCollection<Diagnostic> diagnostics)
    {
        if (diagnostics.Count == 0)
        {
            return [];
        }

        var wanted = new HashSet<GreenNode>(ReferenceEqualityComparer.Instance);
        foreach (var diagnostic in diagnostics)
        {
            if (diagnostic.Location.Anchor is { } anchor)
            {
                wanted.Add(anchor);
            }

            foreach (var related in diagnostic.Related)
            {
                if (related.Location.Anchor is { } other)
                {
                    wanted.Add(other);
                }
            }
        }

        var index = AnchorIndex.Of(Tree, wanted);
        var placed = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var diagnostic in diagnostics)
        {
            if (index.Resolve(diagnostic.Location) is { } location)
            {
                placed.Add(new Diagnostic(
                    diagnostic.Descriptor, diagnostic.Message, diagnostic.Help, location,
                    [.. diagnostic.Related.Where(related => index.Resolve(related.Location) is not null)
                        .Select(related => related with { Location = index.Resolve(related.Location)!.Value })],
                    severity: diagnostic.Severity));
            }
        }

        return placed.ToImmutable();
    }
}
