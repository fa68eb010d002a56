using System.Text;
using NNLang.Syntax;

namespace NNLang.Semantics.Tests;

/// <summary>Each code has a text that has it and a text that has not; a test enumerates the codes.</summary>
public sealed class CodeTests
{
    private static readonly Dictionary<string, (string Rejected, string Accepted)> Cases = new()
    {
        ["NN2001"] = (Net("y = relu(xx)\nreturn y"), Net("y = relu(x)\nreturn y")),
        ["NN2002"] = ("a = 1\na = 2", "a = 1\nb = 2"),
        ["NN2003"] = ("block relu(x: tensor) { return x }", "block my_relu(x: tensor) { return x }"),
        ["NN2004"] = (Net("repeat 2 as i { i = 3 }\nreturn x"), Net("repeat 2 as i { x = relu(x) }\nreturn x")),
        ["NN2005"] = ("a = b + 1\nb = a", "a = b + 1\nb = 2"),
        ["NN2006"] = (Net("if 1 == 1 { y = relu(x) }\nreturn y"), Net("if 1 == 1 { y = relu(x) } else { y = x }\nreturn y")),
        ["NN2007"] = ("return 3", "three = 3"),
        ["NN2008"] = (Net("relu(x)\nreturn x"), Net("y = relu(x)\nreturn y")),
        ["NN2010"] = (Net("y = relu(x)\nreturn x"), Net("_ = relu(x)\nreturn x")),
        ["NN2011"] = (Net("y = x @pin\nreturn relu(y)"), Net("y = relu(x) @pin\nreturn y")),
        ["NN2015"] = ("block b(x: f32[N]) {\ndim N = 1\nreturn x\n}", Net("dim N = 2\nreturn x")),
        ["NN2016"] = (Net("y = relu(x)"), Net("return relu(x)")),
        ["NN2017"] = (Net("return relu(x), tanh(x)"), Net("return a: relu(x), b: tanh(x)")),
        ["NN2018"] = ("network n(x) { return x }", "network n(x: f32[2]) { return x }"),
        ["NN2019"] = ("block b(x: tensor) { return b(x) }", "block b(x: tensor) { return relu(x) }"),
        ["NN2020"] = (Net("return conv2d(x, 4, kernel: 1, padding: 1)"), Net("return conv2d(x, 4, kernel: 1, pad: 1)")),
        ["NN2021"] = (Net("return conv2d(x, kernel: 1)"), Net("return conv2d(x, 4, kernel: 1)")),
        ["NN2022"] = (Net("return conv2d(x, 4, kernel: 1, filters: 4)"), Net("return conv2d(x, filters: 4, kernel: 1)")),
        ["NN2023"] = (Net("return conv2d(x, kernel: 1, 4)"), Net("return conv2d(x, 4, kernel: 1)")),
        ["NN2024"] = (Net("y = x @ x\nreturn x"), Net("y = matmul(x, x)\nreturn y", "f32[2, 2]")),
        ["NN2025"] = (Net("return conv2d(x, 4, kernel: 1, pad: \"same\")"), Net("return conv2d(x, 4, kernel: 1, pad: same)")),
        ["NN2026"] = ("network n(x: f32[2], k: int) { return x }", "block b(x: f32[2], k: int) { return x * k }"),
        ["NN2027"] = (Net("y = relu(x) @name(z)\nz = tanh(y)\nreturn z"), Net("y = relu(x) @name(w)\nz = tanh(y)\nreturn z")),
        ["NN2028"] = (Net("return relu(x) @engin(vector)"), Net("return relu(x) @engine(vector)")),
        ["NN2029"] = (Net("return relu(x) @device(neuron_core_v2)"), "network n(x: f32[2]) @device(neuron_core_v2) { return relu(x) }"),
        ["NN2030"] = ("import \"a.nn\"", "a = 1"),
        ["NN2031"] = (Net("return relu(x, 1, 2)"), Net("return relu(x)")),
        ["NN2032"] = (Net("return Conv2d(x)"), Net("return relu(x)")),
        ["NN2040"] = (Net("for(x)\nreturn x"), Net("repeat 2 { x = relu(x) }\nreturn x")),
        ["NN3001"] = ("network n(x: f32[N]) -> f32[M] { return x }", "network n(x: f32[N]) -> f32[N] { return x }"),
        ["NN3002"] = ("block b(x: f32[D, D]) { return x }\nnetwork n(x: f32[2, 3]) { return b(x) }", "block b(x: f32[D, D]) { return x }\nnetwork n(x: f32[3, 3]) { return b(x) }"),
        ["NN3003"] = (Net("a, b = relu(x)\nreturn a + b"), Net("a, b = split(x, 2)\nreturn a + b")),
        ["NN3004"] = ("network n(x: f32[2]) -> f32[3] { return x }", "network n(x: f32[2]) -> f32[2] { return x }"),
        ["NN3005"] = (Net("return conv2d(x, \"a\", kernel: 1)"), Net("return conv2d(x, 4, kernel: 1)")),
        ["NN3010"] = ("network n(a: f32[N], b: f32[M]) {\ndim N = 2, M = 2\nreturn concat([reshape(a, [1, N]), reshape(b, [1, M])], axis: 0)\n}", "network n(a: f32[N], b: f32[M]) {\ndim N = 2, M = 2\nassert N == M\nreturn concat([reshape(a, [1, N]), reshape(b, [1, M])], axis: 0)\n}"),
        ["NN3012"] = ("network n(x: f32[N]) {\ndim N = 0\nreturn x\n}", "network n(x: f32[N]) {\ndim N = 1\nreturn x\n}"),
        ["NN3013"] = ("network n(x: f32[N]) {\nrepeat N { x = relu(x) }\nreturn x\n}", "network n(x: f32[N]) {\nrepeat 2 { x = relu(x) }\nreturn x\n}"),
        ["NN3014"] = ("network n(x: f32[N]) {\nif N == 3 { x = relu(x) }\nreturn x\n}", "network n(x: f32[N]) {\nif N >= 1 { x = relu(x) }\nreturn x\n}"),
        ["NN3015"] = (Net("assert x.rank == 3, \"three axes\"\nreturn x"), Net("assert x.rank == 4\nreturn x")),
        ["NN3016"] = (Net("return x[5]"), Net("return x[0]")),
        ["NN3017"] = ("a = 9223372036854775807 + 1", "a = 9223372036854775806 + 1"),
        ["NN3018"] = ("a = 1 / 0", "a = 1 / 1"),
        ["NN3019"] = (Net("return conv2d(flatten(x), 4, kernel: 1)"), Net("return conv2d(x, 4, kernel: 1)")),
        ["NN3020"] = (Net("y = conv2d(x, 3, kernel: 1)\nreturn x + y"), Net("y = conv2d(x, 4, kernel: 1)\nreturn x + y")),
        ["NN3021"] = ("network n(x: u8(scale: 0.5, zero: 1)[2]) { return x }", "network n(x: u8[2]) { return x }"),
        ["NN3022"] = ("a = 7 / 2", "a = 7.0 / 2"),
        ["NN3023"] = (Net("repeat 0 - 1 { x = relu(x) }\nreturn x"), Net("repeat 0 { x = relu(x) }\nreturn x")),
        ["NN4000"] = ("weights \"none.safetensors\"\n" + Net("return x"), "weights \"w.safetensors\"\n" + Net("return dense(flatten(x), 2) @name(head)")),
        ["NN4001"] = ("weights \"w.safetensors\"\n" + Net("return dense(flatten(x), 2) @name(hed)"), "weights \"w.safetensors\"\n" + Net("return dense(flatten(x), 2) @name(head)")),
        ["NN4002"] = ("weights \"w.safetensors\"\n" + Net("return dense(flatten(x), 3) @name(head)"), "weights \"w.safetensors\"\n" + Net("return dense(flatten(x), 2) @name(head)")),
        ["NN4003"] = ("weights \"w.safetensors\"\n" + Net("return dense(flatten(x), 2) @name(head)", "f16[1, 4, 4, 4]"), "weights \"w.safetensors\"\n" + Net("return dense(flatten(x), 2) @name(head)")),
        ["NN4004"] = ("weights \"w.safetensors\"\n" + Net("return x"), "weights \"w.safetensors\"\n" + Net("return dense(flatten(x), 2) @name(head)")),
        ["NN4005"] = ("weights seeded(1) { nothing: \"a\" }\n" + Net("y = dense(flatten(x), 2)\nreturn y"), "weights seeded(1) { y: \"a\" }\n" + Net("y = dense(flatten(x), 2)\nreturn y")),
        ["NN4006"] = (Net("a = weight(f32[4], key: \"k\")\nb = weight(f32[4], key: \"k\")\nreturn x * a + x * b"), Net("a = weight(f32[4], key: \"k\")\nreturn x * a")),
        ["NN4007"] = (Net("return dense(flatten(x), 2)"), "weights seeded(1)\n" + Net("return dense(flatten(x), 2)")),
        ["NN5001"] = (Device("motor m { speed: 1 }"), Device("memory sbuf { bytes: 96KiB }")),
        ["NN5002"] = (Device("engine vector { reads: [tensor] }"), Device("engine vector { reads: [sbuf] }")),
        ["NN5003"] = ("device d { engine dma { rate: 1GBps } engine vector { lanes: 3 } semaphores { count: 9 } memory sbuf { bytes: 1KiB } }", Device("engine vector { lanes: 3 }")),
        ["NN5004"] = (Device("memory sbuf { bytes: 3ns }"), Device("memory sbuf { bytes: 3KiB }")),
        ["NN5005"] = (Device("instruction iota(n: int) { on gpsimd { cost: n - 5 } }"), Device("instruction iota(n: int) { on gpsimd { cost: n + 5 } }")),
        ["NN5006"] = (Device("p = q\nq = p"), Device("p = 1 @measured(\"x\")\nq = p @measured(\"x\")")),
        ["NN5007"] = ("device a = b with { }\ndevice b = a with { }", "device a = neuron_core_v2 with { }\ndevice b = a with { }"),
        ["NN5008"] = (Device("instruction topk(n: int, k: int) { on gpsimd { absent: true } }"), Device("instruction topk(n: int, k: int) { on gpsimd { cost: n } }")),
        ["NN5009"] = ("device d = neuron_core_v9 with { }", "device d = neuron_core_v2 with { }"),
        ["NN5010"] = (Device("memory hbm { rate: 4GBps }"), Device("memory hbm { rate: 4GBps @measured(\"run 1\") }")),
        ["NN5011"] = ("fault stuck_bits { bit: 3 }", "fault stuck_bit { engine: tensor, lane: 17, bit: 30, value: 1 }"),
        ["NN5012"] = ("fault stuck_bit { engine: motor, lane: 17, bit: 30, value: 1 }", "fault stuck_bit { engine: vector, lane: 17, bit: 30, value: 1 }"),
        ["NN5013"] = (Device("instruction matmul(n: int) { on tensor { cost: n } }"), Device("instruction iota(n: int) { on gpsimd { cost: n } }")),
        ["NN5014"] = (Device("engine vector { clock: 0.3Hz }"), Device("engine vector { clock: 3Hz }")),
        ["NN5015"] = (Device("engine vector { lanes: 900 }"), Device("engine vector { lanes: 90 }")),
        ["NN6010"] = (Net("return relu(x) @engine(vectr)"), Net("return relu(x) @engine(vector)")),
        ["NN6011"] = (Net("a = relu(x) @after(b)\nb = tanh(a)\nreturn b"), Net("a = relu(x) @before(b)\nb = tanh(a)\nreturn b")),
        ["NN7001"] = (Net("return x + 16777217"), Net("return x + 16777216")),
        ["NN8001"] = (Net("repeat 2000000 { x = relu(x) }\nreturn x"), Net("repeat 200 { x = relu(x) }\nreturn x")),
        ["NN8003"] = (Net("y = constant(1.0, type: f32, shape: [5000])\nreturn reshape(x, [64]) + y[:64]"), Net("y = constant(1.0, type: f32, shape: [64])\nreturn reshape(x, [64]) + y")),
    };

    public static TheoryData<string> Codes => [.. Cases.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_code_has_its_cases() =>
        Assert.Equal(Diagnostics.Codes.All.Select(code => code.Code), Cases.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_code_is_documented()
    {
        Assert.All(Diagnostics.Codes.All, code => Assert.EndsWith(".", code.Documentation, StringComparison.Ordinal));
        Assert.Equal(Diagnostics.Codes.All.Length, Diagnostics.Codes.All.Select(code => code.Number).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_text_that_has_it_is_told_so(string code)
    {
        var compilation = Compile(Cases[code].Rejected);
        var found = compilation.Diagnostics.Where(d => d.Code == code).ToList();
        Assert.True(found.Count > 0, $"{code} is not among {string.Join(", ", compilation.Diagnostics)}");
        Assert.All(found, diagnostic =>
        {
            Assert.InRange(diagnostic.Message.Length, 5, 110);
            Assert.DoesNotContain('\n', diagnostic.Message);
            Assert.DoesNotContain("{0}", diagnostic.Message + diagnostic.Help, StringComparison.Ordinal);
            Assert.True(diagnostic.Message.EndsWith('.') || diagnostic.Message.EndsWith('?'), diagnostic.Message);
            Assert.True(diagnostic.Help.Length == 0 || char.IsUpper(diagnostic.Help[0]), diagnostic.Help);
        });
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_text_that_has_it_not_is_not(string code)
    {
        var compilation = Compile(Cases[code].Accepted);
        Assert.DoesNotContain(compilation.Diagnostics, d => d.Code == code);
        Assert.True(!compilation.HasErrors, string.Join(", ", compilation.Diagnostics));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Fixes_can_be_applied_and_remove_what_they_fix(string code)
    {
        var compilation = Compile(Cases[code].Rejected);
        foreach (var diagnostic in compilation.Diagnostics)
        {
            foreach (var fix in diagnostic.Fixes)
            {
                var text = compilation.Tree.Text.ToString();
                foreach (var edit in fix.Edits.OrderByDescending(edit => edit.Location.Span.Start))
                {
                    text = text.Remove(edit.Location.Span.Start, edit.Location.Span.Length).Insert(edit.Location.Span.Start, edit.NewText);
                }

                Assert.DoesNotContain(Compile(text).Diagnostics, d => d.Code == diagnostic.Code && d.Message == diagnostic.Message);
            }
        }
    }

    private static string Net(string body, string type = "f32[1, 4, 4, 4]") => $"network n(x: {type}) {{\n{body}\n}}\n".Replace("f32[1, 4, 4, 4]) {\ndim N", "f32[N, 4, 4, 4]) {\ndim N", StringComparison.Ordinal);

    private static string Device(string items) => $"device d = neuron_core_v2 with {{\n{items}\n}}\n";

    private static Compilation Compile(string text) => Compilation.Create(
        SyntaxTree.Parse(text),
        new CompilationOptions { Files = new MemoryFiles().Add("w.safetensors", Safetensors()) });

    private static byte[] Safetensors()
    {
        const string header = """{"head.weight":{"dtype":"F32","shape":[2,64],"data_offsets":[0,512]},"head.bias":{"dtype":"F32","shape":[2],"data_offsets":[512,520]}}""";
        var json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. new byte[520]];
    }
}
