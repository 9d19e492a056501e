namespace Winnow.Torch.Rewards;

/// <summary>An answer that a policy drew, with a verdict on each of its steps.</summary>
/// <param name="Problem">Number of the problem; answers to one problem share it.</param>
/// <param name="Tokens">Prompt and answer, without the end token.</param>
/// <param name="PromptLength">Tokens of the prompt.</param>
/// <param name="StepPositions">Index in <paramref name="Tokens"/> of the last token of each step: its line feed, or the last token of the answer line.</param>
/// <param name="StepLabels">Whether each step is right given the steps before it.</param>
/// <param name="IsRight">Whether the final answer is right.</param>
public sealed record LabelledAnswer(int Problem, int[] Tokens, int PromptLength, int[] StepPositions, bool[] StepLabels, bool IsRight);
