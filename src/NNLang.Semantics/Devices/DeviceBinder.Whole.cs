using NNLang.Machine.Devices;
using NNLang.Syntax.Diagnostics;

namespace NNLang.Semantics.Devices;

/// <summary>What shows only when all of a device is known: fields that contradict each other, or what programs rely on.</summary>
internal sealed partial class DeviceBinder
{
    private bool HoldsTogether(DeviceDescription device)
    {
        var problems = DeviceValidator.Validate(device);
        foreach (var problem in problems)
        {
            _diagnostics.Add(Codes.BadField.At(
                SyntaxLocation.Of(NodeOf(problem.Path)),
                $"'{_name}' does not hold together at {problem.Path}: {problem.Message}.",
                "Change this field, or the one that it contradicts."));
        }

        return problems.IsEmpty;
    }

    // A path is 'kind name.field', 'kind name on engine.field' or 'group.field'. What a base says in another place is shown at the device.
    private SyntaxNode NodeOf(string path)
    {
        var parts = path.Split('.');
        var words = parts[0].Split(' ');
        var item = words.Length == 1 ? _items.Group(words[0]) : _items.Sections(words[0]).FirstOrDefault(section => section.Name == words[1]);
        SyntaxNode?[] nodes = [parts.Length > 1 ? item?.Inner?.Field(parts[1]) : null, item?.Syntax];
        return nodes.FirstOrDefault(node => node is not null && ReferenceEquals(node.Root.Green, _node.Root.Green)) ?? _node;
    }
}
