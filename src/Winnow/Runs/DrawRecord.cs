using System.Globalization;
using Winnow.Evaluation;

namespace Winnow.Runs;

/// <summary>One whole answer in the store: what it is a function of, and what came of it.</summary>
public sealed record DrawRecord
{
    /// <summary>The series it belongs to: model, sampler settings and seed.</summary>
    public required string Series { get; init; }

    /// <summary>Id of the problem.</summary>
    public required string Problem { get; init; }

    /// <summary>Hash of what the model read.</summary>
    public required string PromptHash { get; init; }

    /// <summary>The run's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>0 for the first draw with these settings; one more each time a draw that had failed is tried again.</summary>
    public int Attempt { get; init; }

    /// <summary>The run that drew it.</summary>
    public required string Run { get; init; }

    /// <summary>When it was drawn, in UTC.</summary>
    public required DateTimeOffset Drawn { get; init; }

    /// <summary>Settings, answer and usage.</summary>
    public required KeptDraw Draw { get; init; }

    /// <summary>Its name in the store, a function of what it is a function of: 32 hexadecimal digits.</summary>
    public string Key => field ??= KeyOf(Series, Problem, PromptHash, Draw.Settings, Attempt);

    private static string KeyOf(string series, string problem, string promptHash, in DrawSettings settings, int attempt)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        return ContentHash.Of(
            series, problem, promptHash, settings.Slot.ToString(culture), settings.Stream, settings.Iteration.ToString(culture),
            settings.Temperature.ToString("R", culture), settings.Boundary, settings.MaxTokens.ToString(culture), settings.TokensLeft?.ToString(culture),
            attempt.ToString(culture))[..32];
    }
}
