using System.Globalization;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;

namespace Winnow.Cli.Verbs;

/// <summary>Shows what an endpoint would be asked for.</summary>
internal static class ForecastView
{
    /// <summary>Writes a forecast.</summary>
    public static void Write(ForecastDocument forecast, DrawingModel model, TextWriter output)
    {
        output.WriteLine($"Expected, retries apart: {Range(forecast.Calls)} calls, {Range(forecast.PromptTokens)} prompt tokens, {Range(forecast.TokensGenerated)} generated tokens.");
        output.WriteLine(forecast.Cost is { } cost
            ? string.Create(CultureInfo.InvariantCulture, $"Money: {cost.Low:0.00##} to {cost.High:0.00##}, in the currency of the prices.")
            : "Money: give --price-in and --price-out, what a million tokens cost, to see it.");
        if (model is RemoteModel { Capabilities: null } remote)
        {
            output.WriteLine($"What {remote.Endpoint.Spec} can do has not been found out yet: `winnow models {remote.Endpoint.Spec}` does, by a few short requests.");
        }
    }

    private static string Range(ForecastRangeDocument range) => string.Create(CultureInfo.InvariantCulture, $"{range.Low:N0} to {range.High:N0}");
}
