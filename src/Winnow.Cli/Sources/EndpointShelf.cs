using Winnow.Endpoints;
using Winnow.Endpoints.Probing;

namespace Winnow.Cli.Sources;

/// <summary>Opens endpoints, and finds out what they can do where that is not known yet.</summary>
internal static class EndpointShelf
{
    /// <summary>An endpoint.</summary>
    /// <exception cref="RequestException">The name is wrong, or the key is missing or would travel unencrypted.</exception>
    public static OpenAIEndpoint Open(string name, EndpointOptions options, Shell shell) =>
        RequestException.Reading(() => OpenAIEndpoint.Open(EndpointSpec.Parse(name), options, shell.Variable, shell.Time));

    /// <summary>Findings of earlier probes.</summary>
    public static ProbeStore Findings(Shell shell) => new(Path.Combine(shell.Home, "endpoints"), shell.Time);

    /// <summary>What an endpoint can do, as found now or within the last days.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="anew">Whether earlier findings are passed over.</param>
    /// <param name="shell">Where findings are kept.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static async Task<ProbeResult> ProbeAsync(OpenAIEndpoint endpoint, bool anew, Shell shell, CancellationToken cancellationToken)
    {
        ProbeStore findings = Findings(shell);
        if (!anew && findings.Find(endpoint.Spec) is { } known)
        {
            return known;
        }
        ProbeResult found = await endpoint.ProbeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            findings.Keep(endpoint.Spec, found);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await shell.Error.WriteLineAsync($"winnow: what {endpoint.Spec} can do could not be kept and will be found out again: {error.Message}").ConfigureAwait(false);
        }
        return found;
    }
}
