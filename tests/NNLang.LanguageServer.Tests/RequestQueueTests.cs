using System.Collections.Concurrent;
using NNLang.Protocol.Lsp;
using NNLang.Testing;

namespace NNLang.LanguageServer.Tests;

public sealed class RequestQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChangesApplyInOrderAndReadsSeeTheSnapshotOfTheirPlace()
    {
        await using var queue = new RequestQueue<string>("", _ => { });
        var reads = new List<Task<string>>();
        var expected = new List<string>();
        var text = "";
        for (var i = 0; i < 200; i++)
        {
            if (i % 2 == 0)
            {
                var letter = (char)('a' + (i % 26));
                text += letter;
                _ = queue.Change([], s => s + letter);
            }
            else
            {
                expected.Add(text);
                reads.Add(queue.Read(null, (s, _) => s, Test));
            }
        }

        Assert.Equal(expected, await Task.WhenAll(reads).WaitAsync(Patience, Test));
        Assert.Equal(text, queue.Current);
    }

    [Fact]
    public async Task AChangeDoesNotWaitForARead()
    {
        await using var queue = new RequestQueue<string>("", _ => { });
        using var release = new ManualResetEventSlim();
        var slow = queue.Read(null, (s, _) => { release.Wait(Test); return s; }, Test);
        Assert.Equal("a", await queue.Change(["u"], s => s + "a").WaitAsync(Patience, Test));
        Assert.False(slow.IsCompleted);
        release.Set();
        Assert.Equal("", await slow.WaitAsync(Patience, Test));
    }

    [Fact]
    public async Task ASupersededReadAnswersContentModifiedAtOnceAndIsStopped()
    {
        await using var queue = new RequestQueue<string>("", _ => { });
        var stopped = new TaskCompletionSource();
        var read = queue.ReadAsync<string>("u", async (_, token) =>
        {
            await using var registration = token.Register(() => stopped.TrySetResult());
            await stopped.Task;
            return "late";
        }, Test);
        var other = queue.ReadAsync("v", async (s, _) => { await stopped.Task; return s; }, Test);
        await queue.Change(["u"], s => s + "a").WaitAsync(Patience, Test);
        Assert.Equal((int)LspErrorCodes.ContentModified, await CodeAsync(read));
        await stopped.Task.WaitAsync(Patience, Test);
        Assert.Equal("", await other.WaitAsync(Patience, Test));
    }

    [Fact]
    public async Task ACancelledReadAnswersAtOnceRunningOrWaiting()
    {
        await using var queue = new RequestQueue<string>("", _ => { });
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var running = queue.ReadAsync("u", async (s, token) => { entered.Set(); await Task.Delay(Timeout.Infinite, token); return s; }, cancel.Token);
        entered.Wait(Test);
        _ = queue.Change([], s => { release.Wait(Test); return s; });
        var waiting = queue.Read("u", (s, _) => s, cancel.Token);
        await cancel.CancelAsync();
        Assert.Equal((int)LspErrorCodes.RequestCancelled, await CodeAsync(running));
        Assert.Equal((int)LspErrorCodes.RequestCancelled, await CodeAsync(waiting));
        Assert.Equal((int)LspErrorCodes.RequestCancelled, await CodeAsync(queue.Read("u", (s, _) => s, cancel.Token)));
        release.Set();
    }

    [Fact]
    public async Task AFailureStaysWhereItHappened()
    {
        var reported = new ConcurrentQueue<string>();
        await using var queue = new RequestQueue<string>("", failure => reported.Enqueue(failure.Message));
        await Assert.ThrowsAsync<FormatException>(() => queue.Read<int>("u", (_, _) => throw new FormatException("a read"), Test).WaitAsync(Patience, Test));
        await Assert.ThrowsAsync<FormatException>(() => queue.Change(["u"], _ => throw new FormatException("a change")).WaitAsync(Patience, Test));
        Assert.Equal("b", await queue.Change(["u"], s => s + "b").WaitAsync(Patience, Test));
        Assert.Equal(["a change"], reported);
    }

    [Fact]
    public async Task EverySnapshotIsPublishedInOrder()
    {
        var published = new List<string>();
        await using var queue = new RequestQueue<string>("", _ => { }, published.Add);
        _ = queue.Change([], s => s + "a");
        _ = queue.Change([], s => s + "b");
        await queue.Change([], s => s + "c").WaitAsync(Patience, Test);
        Assert.Equal(["a", "ab", "abc"], published);
    }

    [Fact]
    public async Task AClosedQueueAnswersEverything()
    {
        var queue = new RequestQueue<string>("", _ => { });
        using var release = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var change = queue.Change([], s => { entered.Set(); release.Wait(Test); return s + "a"; });
        entered.Wait(Test);
        var read = queue.Read("u", (s, _) => s, Test);
        var closing = queue.DisposeAsync();
        release.Set();
        await closing.AsTask().WaitAsync(Patience, Test);
        Assert.Equal("a", await change);
        Assert.Equal((int)LspErrorCodes.RequestCancelled, await CodeAsync(read));
        Assert.Equal((int)LspErrorCodes.RequestCancelled, await CodeAsync(queue.Read("u", (s, _) => s, Test)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.Change([], s => s));
    }

    [Fact]
    public void RandomTrafficIsAnsweredAndOrdered() => PropertySeed.ForEach(20, random =>
    {
        var queue = new RequestQueue<string>("0", failure => Assert.Fail(failure.Message));
        var reads = new List<(int Place, Task<string> Task)>();
        var changes = 0;
        for (var i = 0; i < 300; i++)
        {
            if (random.Next(3) == 0)
            {
                var number = ++changes;
                _ = queue.Change([$"d{random.Next(3)}"], _ => $"{number}");
            }
            else
            {
                var source = new CancellationTokenSource();
                reads.Add((changes, queue.ReadAsync($"d{random.Next(3)}", async (s, _) => { await Task.Yield(); return s; }, source.Token)));
                if (random.Next(4) == 0)
                {
                    source.Cancel();
                }
            }
        }

        foreach (var (place, task) in reads)
        {
            var done = Task.WhenAny(task, Task.Delay(Patience)).GetAwaiter().GetResult();
            Assert.Same(task, done);
            if (task.IsCompletedSuccessfully)
            {
                Assert.Equal($"{place}", task.Result);
            }
            else
            {
                Assert.IsType<ResponseException>(task.Exception!.InnerException);
            }
        }

        queue.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Assert.Equal($"{changes}", queue.Current);
    });

    private static async Task<int> CodeAsync(Task task) =>
        (await Assert.ThrowsAsync<ResponseException>(() => task.WaitAsync(Patience, Test))).Code;
}
