using NNLang.Debugging.Running;
using NNLang.Protocol.Dap;

namespace NNLang.DebugAdapter.Presentation;

/// <summary>What the adapter announces, and the filters of exceptions.</summary>
internal static class AdapterCapabilities
{
    private static readonly (string Id, string Label, string Description, StopFilters Filter)[] Filters =
    [
        ("divergence", "Divergence from the reference", "A layer whose tensor on the device differs from the reference.", StopFilters.Divergence),
        ("race", "Race", "Two accesses of one byte that nothing orders.", StopFilters.Race),
        ("uninitialised", "Uninitialised read", "A read of a byte that nothing wrote.", StopFilters.UninitialisedRead),
        ("bounds", "Out of bounds", "An index outside its table.", StopFilters.OutOfBounds),
    ];

    /// <summary>The answer to <c>initialize</c>.</summary>
    public static Capabilities All { get; } = new()
    {
        SupportsConfigurationDoneRequest = true,
        SupportsEvaluateForHovers = true,
        SupportsStepBack = true,
        SupportsSteppingGranularity = true,
        SupportsExceptionInfoRequest = true,
        SupportsTerminateRequest = true,
        SupportsRestartRequest = true,
        SupportsCancelRequest = true,
        SupportsFunctionBreakpoints = true,
        SupportsConditionalBreakpoints = true,
        SupportsHitConditionalBreakpoints = true,
        SupportsLogPoints = true,
        SupportsBreakpointLocationsRequest = true,
        SupportsValueFormattingOptions = true,
        SupportsReadMemoryRequest = true,
        SupportsDisassembleRequest = true,
        ExceptionBreakpointFilters =
        [
            .. Filters.Select(filter => new ExceptionBreakpointsFilter
            {
                Filter = filter.Id,
                Label = filter.Label,
                Description = filter.Description,
                Default = true,
            }),
        ],
    };

    /// <summary>The filters of some ids; ids that are not known are ignored.</summary>
    public static StopFilters FiltersOf(IEnumerable<string> ids) =>
        ids.Aggregate(StopFilters.None, (all, id) => all | Filters.FirstOrDefault(filter => filter.Id == id).Filter);
}
