using NNLang.Compiler.Order;

namespace NNLang.Compiler.Tests.Order;

/// <summary>Problems with the grain of real ones: layers of load, matmul and evacuation tiles, joins, elementwise work with a choice of engines.</summary>
internal static class RandomProblems
{
    public static OrderProblem Make(Random random, int layers, int sbufGranules = 3072, bool gates = false)
    {
        var builder = new Builder(sbufGranules);
        var results = new List<(int Buffer, int[] Writers)>();
        for (var layer = 0; layer < layers; layer++)
        {
            var inputs = new List<(int Buffer, int[] Writers)>();
            if (results.Count > 0)
            {
                inputs.Add(results[^1]);
                if (random.Next(3) == 0)
                {
                    inputs.Add(results[random.Next(Math.Max(0, results.Count - 12), results.Count)]);
                }
            }

            var size = random.Next(1, 40);
            results.Add(random.Next(4) == 0 && inputs.Count > 0
                ? builder.Elementwise(random, inputs, size)
                : builder.Convolution(random, inputs, size));
        }

        builder.Store(results[^1]);
        return builder.Build(gates ? random : null);
    }

    public static MachineModel Machine(int sbufGranules) => new()
    {
        SbufGranules = sbufGranules,
        PsumBanks = 8,
        PsumBankBytes = 2048,
        Latency = [.. Enumerable.Range(0, Agents.Count).Select(a => Agents.IsQueue(a) ? 1_300_000L : a == 0 ? 143_000 : 80_000)],
        HandOff = [23_000, 57_000, 46_000, 46_000, 46_000],
        Trigger = [23_000, 57_000, 46_000, 46_000, 46_000],
        PortCount = 2,
    };

    private sealed class Builder(int sbufGranules)
    {
        private readonly List<(byte Agent, byte Sequencer, long Duration, byte Ports)> _choices = [];
        private readonly List<int> _choiceStart = [0];
        private readonly List<int> _dependencies = [];
        private readonly List<int> _dependencyStart = [0];
        private readonly List<int> _uses = [];
        private readonly List<int> _useStart = [0];
        private readonly List<BufferClass> _class = [];
        private readonly List<int> _size = [];

        public (int, int[]) Convolution(Random random, List<(int Buffer, int[] Writers)> inputs, int size)
        {
            var weights = Buffer(BufferClass.Weight, random.Next(1, 60));
            var load = Operation([Transfer(0, 4, random.Next(100_000, 3_000_000))], [], [weights]);
            var result = Buffer(BufferClass.Activation, size);
            var writers = new List<int>();
            for (var tile = random.Next(1, 9); tile > 0; tile--)
            {
                var bank = Buffer(BufferClass.Psum, 1);
                List<int> before = [load];
                List<int> uses = [weights, bank];
                foreach (var (buffer, producers) in inputs)
                {
                    before.Add(producers[random.Next(producers.Length)]);
                    uses.Add(buffer);
                }

                var matmul = Operation([(0, 0, random.Next(50_000, 2_000_000), 0)], before, uses);
                var duration = random.Next(50_000, 400_000);
                writers.Add(Operation([(2, 2, duration, 1), (1, 1, duration * 5 / 4, 3)], [matmul], [bank, result]));
            }

            return (result, [.. writers]);
        }

        public (int, int[]) Elementwise(Random random, List<(int Buffer, int[] Writers)> inputs, int size)
        {
            var result = Buffer(BufferClass.Activation, size);
            List<int> before = [];
            List<int> uses = [result];
            foreach (var (buffer, producers) in inputs)
            {
                before.AddRange(producers);
                uses.Add(buffer);
            }

            var duration = random.Next(50_000, 900_000);
            return (result, [Operation([(1, 1, duration, 2), (3, 3, duration * 2, 2)], before, uses)]);
        }

        public void Store((int Buffer, int[] Writers) tensor) =>
            Operation([Transfer(2, 2, 500_000)], [.. tensor.Writers], [tensor.Buffer, Buffer(BufferClass.Region, 0)]);

        public OrderProblem Build(Random? gates)
        {
            var n = _choiceStart.Count - 1;
            return new OrderProblem
            {
                OperationCount = n,
                ChoiceStart = [.. _choiceStart],
                ChoiceAgent = [.. _choices.Select(c => c.Agent)],
                ChoiceSequencer = [.. _choices.Select(c => c.Sequencer)],
                ChoiceDuration = [.. _choices.Select(c => c.Duration)],
                ChoicePorts = [.. _choices.Select(c => c.Ports)],
                DependencyStart = [.. _dependencyStart],
                Dependencies = [.. _dependencies],
                UseStart = [.. _useStart],
                Uses = [.. _uses],
                BufferClass = [.. _class],
                BufferSize = [.. _size],
                BufferLivesOn = new bool[_size.Count],
                BufferIsLiveIn = new bool[_size.Count],
                Machine = Machine(sbufGranules),
                Gates = gates is null || n < 8 ? OrderGates.None : Gates(gates, n),
            };
        }

        private static OrderGates Gates(Random random, int n)
        {
            var middle = random.Next(2, n - 2);
            return new OrderGates
            {
                MemberStart = [0, middle],
                Members = [.. Enumerable.Range(0, middle)],
                WaiterStart = [0, n - middle],
                Waiters = [.. Enumerable.Range(middle, n - middle)],
                WaitsForEnd = [random.Next(2) == 0],
            };
        }

        private static (byte, byte, long, byte) Transfer(int queue, byte sequencer, long duration) =>
            ((byte)Agents.OfQueue(queue), sequencer, duration, 0);

        private int Buffer(BufferClass kind, int size)
        {
            _class.Add(kind);
            _size.Add(size);
            return _size.Count - 1;
        }

        private int Operation((byte, byte, long, byte)[] choices, List<int> before, List<int> uses)
        {
            _choices.AddRange(choices);
            _choiceStart.Add(_choices.Count);
            _dependencies.AddRange(before.Distinct());
            _dependencyStart.Add(_dependencies.Count);
            _uses.AddRange(uses.Distinct());
            _useStart.Add(_uses.Count);
            return _choiceStart.Count - 2;
        }
    }
}
