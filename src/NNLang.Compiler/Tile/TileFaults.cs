using NNLang.Compiler.Lowered;
using NNLang.Machine.Devices;
using NNLang.Machine.Instructions;

namespace NNLang.Compiler.Tile;

/// <summary>Faults of the tile pass that change a lowered group rather than a recipe's arithmetic.</summary>
internal static class TileFaults
{
    /// <summary>The group with the fault; the same group if there is none or it acts inside a recipe.</summary>
    public static LoweredGroup Apply(LoweredGroup group, TileFault? fault, DeviceDescription device)
    {
        if (fault?.Kind != TileFaultKind.DroppedTile)
        {
            return group;
        }

        for (var i = group.Operations.Length - 1; i >= 0; i--)
        {
            var operation = group.Operations[i];
            if (IsDefining(group, i) && operation.Choices[0].Queue is null)
            {
                return Replace(group, i, device);
            }
        }

        return group;
    }

    private static bool IsDefining(LoweredGroup group, int operation)
    {
        foreach (var result in group.Results)
        {
            foreach (var tile in result.Tiles)
            {
                if (!tile.IsHalo && tile.DefinedBy == OperationDependency.On(operation))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // The tile is left at zero: one memset of what the operation would have written.
    private static LoweredGroup Replace(LoweredGroup group, int index, DeviceDescription device)
    {
        var operation = group.Operations[index];
        var written = operation.Choices[0].Instructions[^1];
        var clear = TemplateInstruction.Memset(new TemplateOperand(written.Buffers[0], written.Instruction.Operands[0]), 0);
        var duration = DurationModel.Of(device, Engine.Vector, [clear], out var reason)
            ?? throw new LoweringException("NN5021", $"The device cannot clear a tile: {reason}.", "Plant another fault.");
        var replaced = new TileOperation
        {
            Name = operation.Name,
            Member = operation.Member,
            Tile = operation.Tile,
            Dependencies = operation.Dependencies,
            Uses = [new BufferUse(written.Buffers[0], BufferAccess.Write)],
            EndsTile = operation.EndsTile,
            Choices =
            [
                new EngineChoice { Engine = Engine.Vector, Instructions = [clear], Duration = duration, Reason = "fills the tile" },
            ],
        };
        var operations = group.Operations.SetItem(index, replaced);
        return new LoweredGroup
        {
            Key = GroupHash.Of(group.Title, group.Inputs, group.Buffers, group.Results, operations),
            Title = group.Title,
            Inputs = group.Inputs,
            Buffers = group.Buffers,
            Results = group.Results,
            Operations = operations,
        };
    }
}
