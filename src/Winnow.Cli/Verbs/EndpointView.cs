using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Endpoints;
using Winnow.Endpoints.Probing;
using Winnow.Rendering;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow models openai:MODEL@URL</c>: what an endpoint can do.</summary>
internal static class EndpointView
{
    /// <summary>Finds it out, or reads what was found, and shows it.</summary>
    public static async Task<int> ShowAsync(string name, SpendingRequest request, bool anew, bool json, Shell shell, CancellationToken cancellationToken)
    {
        using OpenAIEndpoint endpoint = EndpointShelf.Open(name, request.Endpoint, shell);
        ProbeResult found = await EndpointShelf.ProbeAsync(endpoint, anew, shell, cancellationToken).ConfigureAwait(false);
        if (json)
        {
            JsonOutput.Write(shell.Output, EndpointDocument.Of(endpoint.Spec, found));
            return ExitCodes.Done;
        }
        shell.Output.WriteLine($"{endpoint.Spec.Model} at {endpoint.Spec.Url}");
        foreach (string finding in found.Findings)
        {
            shell.Output.WriteLine($"  {SafeText.OneLine(finding)}");
        }
        shell.Output.WriteLine(found.Capabilities.WhyNoSteps is { } why
            ? $"Beam search and particle methods are left out: {why}."
            : "Beam search and particle methods work with it.");
        shell.Output.WriteLine(FormattableString.Invariant(
            $"Found by {found.Requests} requests, {found.PromptTokens:N0} prompt and {found.TokensGenerated:N0} generated tokens; kept for {ProbeStore.Lifetime.TotalDays:N0} days (--refresh asks again)."));
        return ExitCodes.Done;
    }
}
