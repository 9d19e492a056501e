namespace Winnow.Endpoints.Calls;

/// <summary>
/// Waits for the first place of a request before its deadlines begin: a draw that stands in line has not been asked yet.
/// </summary>
internal sealed class GateHandler(CallGate gate) : DelegatingHandler
{
    private static readonly HttpRequestOptionsKey<Place> Key = new("winnow.place");

    /// <summary>The place that a request still holds; true once.</summary>
    public static bool TakePlace(HttpRequestMessage request) => request.Options.TryGetValue(Key, out Place? place) && place.Take();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await gate.EnterAsync(cancellationToken).ConfigureAwait(false);
        request.Options.Set(Key, new Place());
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (TakePlace(request))
            {
                gate.Leave(isAnswered: false, isRefused: false);
            }
        }
    }

    private sealed class Place
    {
        private int _isTaken;

        public bool Take() => Interlocked.Exchange(ref _isTaken, 1) == 0;
    }
}
