using NNLang.Bisection.Search;
using NNLang.Testing;

namespace NNLang.Bisection.Tests.Search;

public sealed class LengthSearchTests
{
    [Fact]
    public void Halving_finds_the_first_failing_length_of_any_monotone_failure_in_few_probes() =>
        PropertySeed.ForEach(500, random =>
        {
            var lengths = random.Next(1, 5000);
            var first = random.Next(1, lengths + 1);
            var probes = 0;
            var found = LengthSearch.Bisect(lengths, length =>
            {
                probes++;
                return length >= first;
            });
            Assert.Equal(first, found);
            Assert.True(probes <= Math.Ceiling(Math.Log2(lengths)), $"{probes} probes for {lengths} lengths");
        });

    [Fact]
    public void Linear_search_finds_the_first_failure_that_later_layers_mask() =>
        PropertySeed.ForEach(100, random =>
        {
            var failing = Enumerable.Range(1, 40).Where(_ => random.Next(5) == 0).ToHashSet();
            Assert.Equal(failing.Count == 0 ? null : failing.Min(), LengthSearch.Linear(40, failing.Contains));
        });
}
