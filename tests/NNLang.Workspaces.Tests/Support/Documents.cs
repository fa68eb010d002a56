using System.Collections.Immutable;
using NNLang.Syntax.Text;
using NNLang.Workspaces.Schedules;
using NNLang.Workspaces.Snapshots;

namespace NNLang.Workspaces.Tests.Support;

/// <summary>Documents for tests.</summary>
internal static class Documents
{
    public const string Uri = "file:///t/sample.nn";

    /// <summary>A residual network whose convolutions are large enough to matter.</summary>
    public const string Residual =
        """
        weights seeded(7)

        network sample(image: f32[N, 3, 112, 112]) -> (probabilities: f32[N, 10]) {
          dim N = 1
          stem = conv2d(image, filters: 16, kernel: 7, stride: 2, pad: 3)
          act = relu(stem)
          left = conv2d(act, filters: 64, kernel: 3, pad: 1)
          right = conv2d(act, filters: 64, kernel: 3, pad: 1)
          sum = left + right
          fc = global_avg_pool(sum) |> dense(units: 10)
          return probabilities: softmax(fc, axis: -1)
        }
        """;

    public static Document Open(string text) => Document.Open(Uri, 1, text, WorkspaceSettings.Default);

    /// <summary>A document with its schedules, and findings.</summary>
    public static Document Scheduled(string text)
    {
        var document = Open(text);
        var schedules = Scheduler.Schedule(document, WorkspaceSettings.Default, withFindings: true, TestContext.Current.CancellationToken);
        return document.WithSchedules(document.Compilation, schedules);
    }

    public static string Apply(string text, ImmutableArray<TextChange> changes)
    {
        foreach (var change in changes.OrderByDescending(change => change.Span.Start))
        {
            text = text.Remove(change.Span.Start, change.Span.Length).Insert(change.Span.Start, change.NewText);
        }

        return text;
    }
}
