using Winnow.Cli.Verbs;

namespace Winnow.Cli.Documents;

/// <summary>The model that judged answers, and what it cost. Its tokens are not those of the strategies.</summary>
internal sealed record JudgeDocument(string Model, long Calls, long PromptTokens, long TokensGenerated, decimal Cost)
{
    /// <summary>The judge of a run; null where there was none.</summary>
    public static JudgeDocument? Of(MeasuringSetup setup) => setup is { JudgeName: { } name, JudgeUsed: { } used }
        ? new JudgeDocument(name, used.Calls, used.PromptTokens, used.TokensGenerated, used.Cost)
        : null;

    /// <summary>Writes it for people.</summary>
    public static void Write(JudgeDocument? judge, TextWriter output)
    {
        if (judge is not null)
        {
            output.WriteLine(FormattableString.Invariant($"  judge      {Rendering.SafeText.OneLine(judge.Model)}: {judge.Calls:N0} requests and {judge.TokensGenerated:N0} tokens now, beside those of the strategies"));
        }
    }
}
