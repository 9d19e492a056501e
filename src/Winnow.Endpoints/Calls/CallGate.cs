namespace Winnow.Endpoints.Calls;

/// <summary>Holds requests back as a <see cref="CallPace"/> says, first come, first served. Thread-safe.</summary>
internal sealed class CallGate(CallPace pace, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private readonly long _start = time.GetTimestamp();

    /// <summary>Requests that may be under way.</summary>
    public int Window
    {
        get
        {
            lock (_gate)
            {
                return pace.Window;
            }
        }
    }

    private double Now => time.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Waits until a request may be sent. <see cref="Leave"/> must follow.</summary>
    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            LinkedListNode<TaskCompletionSource>? place = null;
            double wait = 0;
            lock (_gate)
            {
                if (pace.TryEnter(Now) is { } seconds)
                {
                    wait = seconds;
                }
                else
                {
                    place = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                }
            }
            if (place is null)
            {
                await WaitAsync(wait, cancellationToken).ConfigureAwait(false);
                return;
            }
            try
            {
                await place.Value.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                GiveUp(place);
                throw;
            }
        }
    }

    /// <summary>A request has ended.</summary>
    /// <param name="isAnswered">Whether an answer came.</param>
    /// <param name="isRefused">Whether the endpoint refused it for its limit.</param>
    public void Leave(bool isAnswered, bool isRefused)
    {
        lock (_gate)
        {
            if (isRefused)
            {
                pace.Refused(Now);
            }
            else if (isAnswered)
            {
                pace.Succeeded(Now);
            }
            else
            {
                pace.Ended();
            }
            Wake(pace.Window - pace.InFlight);
        }
    }

    private async ValueTask WaitAsync(double seconds, CancellationToken cancellationToken)
    {
        if (seconds <= 0)
        {
            return;
        }
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Leave(isAnswered: false, isRefused: false);
            throw;
        }
    }

    private void GiveUp(LinkedListNode<TaskCompletionSource> place)
    {
        lock (_gate)
        {
            if (place.List is not null)
            {
                _waiting.Remove(place);
            }
            else
            {
                // It was woken in the same moment: the next one takes its turn.
                Wake(1);
            }
        }
    }

    private void Wake(int count)
    {
        for (; count > 0 && _waiting.First is { } first; count--)
        {
            _waiting.RemoveFirst();
            first.Value.SetResult();
        }
    }
}
