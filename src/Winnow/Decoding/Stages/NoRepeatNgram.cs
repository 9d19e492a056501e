using System.Globalization;

namespace Winnow.Decoding.Stages;

/// <summary>Bans every token that would complete an n-gram the row, or its prompt alone, holds already.</summary>
/// <param name="N">Length of the n-grams; at least 1; 1 bans every token seen.</param>
/// <param name="FromPrompt">Whether only n-grams of the prompt are looked for.</param>
/// <remarks>Source: Paulus, Xiong and Socher (2018); transformers. Cost: one vectorised search over the row.</remarks>
public sealed record NoRepeatNgram(int N, bool FromPrompt = false) : SamplerStage
{
    /// <summary>Length of the n-grams.</summary>
    public int N { get; } = Limits.AtLeast(N, 1, "It is the length of an n-gram; leave the stage out to turn it off.");

    /// <inheritdoc/>
    public override string Name => FromPrompt ? "no-repeat-prompt-ngram" : "no-repeat-ngram";

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => N.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        int headLength = N - 1;
        if (context.Tokens.Length < headLength)
        {
            return;
        }
        ReadOnlySpan<int> head = context.Tokens[^headLength..];
        ReadOnlySpan<int> seen = FromPrompt ? context.Prompt : context.Tokens;
        for (int start = 0; start + headLength < seen.Length; start++)
        {
            int found = headLength == 0 ? 0 : seen[start..^1].IndexOf(head);
            if (found < 0)
            {
                return;
            }
            start += found;
            candidates.Ban(seen[start + headLength]);
        }
    }
}
