using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using NNLang.Targets.Launch;

namespace NNLang.Cli.Hosting;

/// <summary>Arguments and options that several commands share, and how they become a request.</summary>
internal sealed class CommonOptions
{
    public Argument<string> Network { get; } = new("NET") { Description = "A .nn or .onnx file, or file#network." };

    public Option<string?> Device { get; } = new("--device") { Description = "The device: built in, or of the file.", HelpName = "NAME" };

    public Option<string[]> Faults { get; } = new("--fault")
    {
        Description = "A fault to plant: kind(field: value, ..), or the name of a fault of the file. May be repeated.",
        HelpName = "SPEC",
    };

    public Option<long> Seed { get; } = Number("--seed", "The seed of inputs that are not given.", "N");

    public Option<string[]> Dimensions { get; } = new("--dim") { Description = "The value of a symbolic dimension. May be repeated.", HelpName = "NAME=N" };

    public Option<string[]> Inputs { get; } = new("--input") { Description = "An input tensor. May be repeated.", HelpName = "NAME=X.npy" };

    public Option<string?> InputDirectory { get; } = new("--input-dir") { Description = "A folder with input_K.pb files.", HelpName = "DIR" };

    public Option<string?> Weights { get; } = new("--weights") { Description = "Weights instead of the file's: a path, or seeded(N).", HelpName = "SOURCE" };

    public Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON." };

    public Option<bool> SourceOrder { get; } = new("-O0") { Description = "Keep the order of the text instead of reordering." };

    /// <summary>Adds the network, and what says how it is run.</summary>
    public void AddLaunch(Command command)
    {
        command.Arguments.Add(Network);
        command.Options.Add(Device);
        command.Options.Add(Dimensions);
        command.Options.Add(Weights);
    }

    /// <summary>Adds faults and inputs.</summary>
    public void AddRun(Command command)
    {
        command.Options.Add(Faults);
        command.Options.Add(Inputs);
        command.Options.Add(InputDirectory);
        command.Options.Add(Seed);
    }

    /// <summary>The request that a command line makes.</summary>
    /// <exception cref="InputException">An option has no '='.</exception>
    public LaunchRequest Request(ParseResult parsed) => new(parsed.GetValue(Network)!)
    {
        Device = parsed.GetValue(Device),
        Faults = [.. parsed.GetValue(Faults) ?? []],
        Seed = parsed.GetValue(Seed),
        Dimensions = DimensionsOf(parsed),
        Inputs = Pairs(parsed.GetValue(Inputs), "--input").ToImmutableSortedDictionary(StringComparer.Ordinal),
        InputDirectory = parsed.GetValue(InputDirectory),
        Weights = parsed.GetValue(Weights) is { } weights && File.Exists(weights) ? Path.GetFullPath(weights) : parsed.GetValue(Weights),
        SourceOrder = parsed.GetValue(SourceOrder),
    };

    /// <summary>An option that takes a whole number.</summary>
    public static Option<long> Number(string name, string description, string help) => new(name)
    {
        Description = description,
        HelpName = help,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            {
                result.AddError($"{name} {text}: '{text}' is not a whole number.");
            }

            return value;
        },
    };

    private ImmutableSortedDictionary<string, long> DimensionsOf(ParseResult parsed)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (var (name, text) in Pairs(parsed.GetValue(Dimensions), "--dim"))
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                throw new InputException($"--dim {name}={text}: '{text}' is not a whole number.", ExitCode.Usage);
            }

            values[name] = value;
        }

        return values.ToImmutable();
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(string[]? texts, string option)
    {
        foreach (var text in texts ?? [])
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            yield return equals > 0
                ? KeyValuePair.Create(text[..equals], text[(equals + 1)..])
                : throw new InputException($"{option} {text}: write NAME=VALUE.", ExitCode.Usage);
        }
    }
}
