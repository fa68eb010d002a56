using System.Text.Json;
using NNLang.Protocol.Extensions;

namespace NNLang.Protocol.Tests.Extensions;

public sealed class ExtensionMessagesTests
{
    [Fact]
    public void AScheduleIsWrittenAsTheEditorReadsIt()
    {
        var order = new ScheduledOrder
        {
            Operations = [new ScheduledOperation { Id = "left#0", Layer = "left", Line = 16, Engine = "tensor", Name = "matmul", Start = 5, End = 4_000_000_000_000 }],
            Makespan = 4_000_000_000_000,
            Memory = [new ScheduledMemory("sbuf", 25165824, 3145728)],
        };
        var result = new ScheduleResult
        {
            Version = 3,
            Network = "sample",
            Makespan = 1,
            SourceOrderMakespan = 2,
            LowerBound = 1,
            Engines = [new ScheduledEngine("tensor", 7)],
            Default = order,
            SourceOrder = order with { Operations = [] },
            Findings = [new ScheduleFinding { Code = "NN6001", Severity = "warning", Message = "m", Lines = [17, 19], Saving = 8, Schedule = "default" }],
        };
        var text = JsonSerializer.Serialize(result, ExtensionJsonContext.Default.ScheduleResult);
        Assert.Equal(
            """
            {"version":3,"unit":"ps","network":"sample","makespan":1,"sourceOrderMakespan":2,"lowerBound":1,"engines":[{"name":"tensor","busy":7}],
            "default":{"operations":[{"id":"left#0","layer":"left","line":16,"engine":"tensor","name":"matmul","start":5,"end":4000000000000}],
            "makespan":4000000000000,"memory":[{"name":"sbuf","capacity":25165824,"peak":3145728}]},
            "sourceOrder":{"operations":[],"makespan":4000000000000,"memory":[{"name":"sbuf","capacity":25165824,"peak":3145728}]},
            "findings":[{"code":"NN6001","severity":"warning","message":"m","lines":[17,19],"saving":8,"schedule":"default"}]}
            """.ReplaceLineEndings(""),
            text);
    }

    [Fact]
    public void AStatusLeavesOutWhatIsNotKnown() =>
        Assert.Equal(
            """{"uri":"u","device":"neuron_core_v2","state":"compiling","text":"neuron_core_v2"}""",
            JsonSerializer.Serialize(
                new StatusParams { Uri = "u", Device = "neuron_core_v2", State = StatusState.Compiling, Text = "neuron_core_v2" },
                ExtensionJsonContext.Default.StatusParams));
}
