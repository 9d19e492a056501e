namespace Winnow.Testing.Server;

/// <summary>A leaky bucket: so many requests a second, and so many at once. The generic cell rate algorithm.</summary>
internal sealed class RateLimit(double perSecond, int burst, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long _start = time.GetTimestamp();
    private double _next;

    public bool TryEnter()
    {
        double now = time.GetElapsedTime(_start).TotalSeconds;
        double interval = 1 / perSecond;
        lock (_gate)
        {
            if (_next - now > (burst - 1) * interval)
            {
                return false;
            }
            _next = Math.Max(_next, now) + interval;
            return true;
        }
    }
}
