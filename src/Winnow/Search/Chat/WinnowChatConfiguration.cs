using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Winnow.Search.Chat;

/// <summary>Reads options from a configuration section, by hand: the library stays free of reflection, and each error names its setting.</summary>
internal static class WinnowChatConfiguration
{
    private static readonly (string Name, string Expected, Func<WinnowChatOptions, string, bool> Set)[] Settings =
    [
        (nameof(WinnowChatOptions.Strategy), "the id of a strategy", static (o, text) => Do(() => o.Strategy = text)),
        (nameof(WinnowChatOptions.AnswerKey), "the name of an answer key", static (o, text) => Do(() => o.AnswerKey = text)),
        (nameof(WinnowChatOptions.MaxTokens), "a whole number of at least 1", static (o, text) => Whole(text, out long value) && Do(() => o.MaxTokens = value)),
        (nameof(WinnowChatOptions.MaxDraws), "a whole number of at least 1, or none", static (o, text) => text == "none" ? Do(() => o.MaxDraws = null) : Whole(text, out long value) && value <= int.MaxValue && Do(() => o.MaxDraws = (int)value)),
        (nameof(WinnowChatOptions.MaxAnswerTokens), "a whole number of at least 1", static (o, text) => Whole(text, out long value) && value <= int.MaxValue && Do(() => o.MaxAnswerTokens = (int)value)),
        (nameof(WinnowChatOptions.MaxConcurrency), "a whole number from 1 to 1,024", static (o, text) => Whole(text, out long value) && value <= int.MaxValue && Do(() => o.MaxConcurrency = (int)value)),
        (nameof(WinnowChatOptions.Seed), "a whole number of at least 0", static (o, text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && Do(() => o.Seed = value)),
        (nameof(WinnowChatOptions.Temperature), "a number of at least 0", static (o, text) =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) && Do(() => o.Temperature = value)),
    ];

    /// <exception cref="OptionsValidationException">Settings are unknown, or their values cannot be used; each is named.</exception>
    public static void Read(IConfiguration section, WinnowChatOptions options, string? name)
    {
        List<string> faults = [];
        foreach (IConfigurationSection entry in section.GetChildren())
        {
            int at = Array.FindIndex(Settings, setting => setting.Name.Equals(entry.Key, StringComparison.OrdinalIgnoreCase));
            if (at < 0)
            {
                faults.Add($"{entry.Path} is no setting; use {string.Join(", ", Settings.Select(setting => setting.Name))}.");
            }
            else if (entry.Value is null || !Settings[at].Set(options, entry.Value.Trim()))
            {
                faults.Add($"{entry.Path} is {(entry.Value is null ? "empty or a group" : $"\"{entry.Value}\"")}; it must be {Settings[at].Expected}.");
            }
        }
        if (faults.Count > 0)
        {
            throw new OptionsValidationException(name ?? Options.DefaultName, typeof(WinnowChatOptions), faults);
        }
    }

    private static bool Whole(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool Do(Action set)
    {
        try
        {
            set();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
