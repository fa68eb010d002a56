using NNLang.Debugging.Programs;
using NNLang.Emulator.Sessions;

namespace NNLang.Debugging.Running;

/// <summary>
/// A session that goes to any position, forward by running and back by the nearest snapshot before it and running on from there. The machine
/// is deterministic, so a position has one state however it was reached. Not thread-safe.
/// </summary>
internal sealed class SessionHistory : IDisposable
{
    private const int Snapshots = 64;
    private const int ShortestInterval = 128;
    private const long MaximumBytes = 512L << 20;
    private const int EventsBetweenChecks = 64;

    private readonly DebugProgram _program;
    private readonly int _interval;
    private readonly List<SessionSnapshot> _snapshots = [];

    public SessionHistory(DebugProgram program)
    {
        _program = program;
        _interval = Math.Max(ShortestInterval, program.Timeline.Count / Snapshots);
        Session = program.Start();
    }

    /// <summary>The session. Another object after going back beyond the oldest snapshot.</summary>
    public EmulatorSession Session { get; private set; }

    /// <summary>Goes to a position.</summary>
    /// <param name="position">The number of events that have happened then.</param>
    /// <param name="stop">Asked after each event on the way forward; true stops there.</param>
    /// <param name="cancellationToken">Stops between events; no exception is thrown.</param>
    /// <returns>Whether the position was reached.</returns>
    public bool MoveTo(int position, Func<bool>? stop, CancellationToken cancellationToken)
    {
        if (position < Session.Position)
        {
            GoBack(position);
        }

        var sinceCheck = 0;
        while (Session.Position < position)
        {
            if (++sinceCheck == EventsBetweenChecks)
            {
                sinceCheck = 0;
                if (cancellationToken.IsCancellationRequested)
                {
                    return false;
                }
            }

            if (Session.Position - (_snapshots.Count == 0 ? -_interval : _snapshots[^1].Position) >= _interval)
            {
                _snapshots.Add(Session.TakeSnapshot());
                Session.TrimSnapshots(MaximumBytes);
            }

            Session.Step();
            if (stop is not null && stop())
            {
                return Session.Position == position;
            }
        }

        return true;
    }

    public void Dispose() => Session.Dispose();

    private void GoBack(int position)
    {
        while (_snapshots.Count > 0)
        {
            var last = _snapshots[^1];
            if (last.Position <= position && Session.CanRestore(last))
            {
                Session.Restore(last);
                return;
            }

            _snapshots.RemoveAt(_snapshots.Count - 1);
        }

        Session.Dispose();
        Session = _program.Start();
    }
}
