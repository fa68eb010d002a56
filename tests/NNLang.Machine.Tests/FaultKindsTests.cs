using System.Collections.Immutable;
using NNLang.Machine.Faults;
using NNLang.Testing;

namespace NNLang.Machine.Tests;

public sealed class FaultKindsTests
{
    [Theory]
    [InlineData("stuck_bit engine=tensor lane=17 bit=30 value=1")]
    [InlineData("stuck_bit engine=tensor column=3 bit=0 layer=stage/0")]
    [InlineData("wrong_table engine=scalar function=exp segment=31")]
    [InlineData("wrong_table engine=scalar function=erf segment=175")]
    [InlineData("lost_accumulate bank=7 every=3")]
    [InlineData("dropped_row queue=3 every=64 seed=5")]
    [InlineData("misplaced_row queue=0 every=2 offset=-64")]
    [InlineData("flipped_bit memory=sbuf partition=127 byte=98303 bit=7 at=1000000")]
    [InlineData("wrong_pad pass=tile layer=stage/0/unit/1/conv2 side=bottom")]
    [InlineData("missing_wait every=1")]
    public void Sound(string text) => Assert.Empty(FaultKinds.Validate(Parse(text), NeuronCoreV2.Device));

    [Theory]
    [InlineData("stuck_bits lane=1", null, false, "there is no fault")]
    [InlineData("stuck_bit engine=tensor lane=17 bit=30 speed=1", "speed", false, "has no field")]
    [InlineData("stuck_bit engine=tensor lane=17", null, false, "needs the field 'bit'")]
    [InlineData("stuck_bit engine=tensor bit=1", null, false, "one of the fields")]
    [InlineData("stuck_bit engine=vector column=1 bit=1", "column", true, "only the tensor engine")]
    [InlineData("stuck_bit engine=tensor lane=128 bit=1", "lane", true, "0 to 127")]
    [InlineData("stuck_bit engine=pool lane=1 bit=1", "engine", true, "does not have")]
    [InlineData("stuck_bit engine=5 lane=1 bit=1", "engine", false, "name of an engine")]
    [InlineData("wrong_table engine=scalar function=exp segment=32", "segment", true, "0 to 31")]
    [InlineData("wrong_table engine=scalar function=relu segment=0", "function", true, "no function with a table")]
    [InlineData("lost_accumulate bank=8", "bank", true, "0 to 7")]
    [InlineData("dropped_row queue=16", "queue", true, "0 to 15")]
    [InlineData("dropped_row queue=1 every=0", "every", false, "must be 1")]
    [InlineData("flipped_bit memory=sbuf byte=196608 bit=0", "byte", true, "0 to 196607")]
    [InlineData("wrong_pad pass=3", "pass", false, "is a string")]
    public void Unsound(string text, string? field, bool missing, string message)
    {
        var problem = Assert.Single(FaultKinds.Validate(Parse(text), NeuronCoreV2.Device));
        Assert.Equal((field, missing), (problem.Field, problem.MissingResource));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Instructions_are_a_list_of_names()
    {
        var sound = new FaultDescription("dropped_row", "f", [new FaultField("instructions", ImmutableArray.Create("dma_copy"))]);
        Assert.Empty(FaultKinds.Validate(sound, NeuronCoreV2.Device));
        var unsound = sound with { Fields = [new FaultField("instructions", ImmutableArray.Create("dma_move"))] };
        Assert.Contains("dma_move", Assert.Single(FaultKinds.Validate(unsound, NeuronCoreV2.Device)).Message, StringComparison.Ordinal);
        Assert.NotEqual(sound, unsound);
        Assert.Equal(sound, sound with { Fields = [new FaultField("instructions", ImmutableArray.Create("dma_copy"))] });
    }

    private static FaultDescription Parse(string text)
    {
        var words = text.Split(' ');
        return new FaultDescription(words[0], words[0], [
            .. words[1..].Select(word => word.Split('=')).Select(
                pair => new FaultField(pair[0], long.TryParse(pair[1], out var number) ? number : pair[1])),
        ]);
    }
}
