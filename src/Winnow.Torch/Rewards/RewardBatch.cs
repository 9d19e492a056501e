namespace Winnow.Torch.Rewards;

/// <summary>Whole problems, padded on the right.</summary>
/// <param name="Rows">Answers, B.</param>
/// <param name="Width">Tokens of the longest, T.</param>
/// <param name="Tokens">Shape [B·T].</param>
/// <param name="Positions">Last token of each line, in the flat batch. Shape [n].</param>
/// <param name="Labels">1 where the line is right. Shape [n].</param>
/// <param name="AnswerOfLine">Row of each line. Shape [n].</param>
/// <param name="Answers">Index of each row in the list it was made from. Shape [B].</param>
/// <param name="Better">Rows of right answers, one for each pair of a right and a wrong answer to one problem.</param>
/// <param name="Worse">Rows of the wrong answers of these pairs.</param>
internal sealed record RewardBatch(int Rows, int Width, long[] Tokens, long[] Positions, float[] Labels, int[] AnswerOfLine, int[] Answers, long[] Better, long[] Worse)
{
    public static List<RewardBatch> Make(IReadOnlyList<LabelledAnswer> answers, int batchTokens, int padding)
    {
        // Similar lengths together; the answers to one problem stay together for the ranking.
        List<int[]> problems = [.. Enumerable.Range(0, answers.Count).GroupBy(i => answers[i].Problem)
            .Select(group => group.ToArray()).OrderBy(group => group.Max(i => answers[i].Tokens.Length))];
        List<RewardBatch> batches = [];
        List<int> rows = [];
        int width = 0;
        foreach (int[] problem in problems)
        {
            int longest = problem.Max(i => answers[i].Tokens.Length);
            if (rows.Count > 0 && (rows.Count + problem.Length) * Math.Max(width, longest) > batchTokens)
            {
                batches.Add(Pad(answers, rows, width, padding));
                (rows, width) = ([], 0);
            }
            rows.AddRange(problem);
            width = Math.Max(width, longest);
        }
        if (rows.Count > 0)
        {
            batches.Add(Pad(answers, rows, width, padding));
        }
        return batches;
    }

    private static RewardBatch Pad(IReadOnlyList<LabelledAnswer> answers, List<int> rows, int width, int padding)
    {
        long[] tokens = new long[rows.Count * width];
        Array.Fill(tokens, padding);
        List<long> positions = [];
        List<float> labels = [];
        List<int> answerOfLine = [];
        List<long> better = [];
        List<long> worse = [];
        for (int row = 0; row < rows.Count; row++)
        {
            LabelledAnswer answer = answers[rows[row]];
            for (int i = 0; i < answer.Tokens.Length; i++)
            {
                tokens[row * width + i] = answer.Tokens[i];
            }
            for (int i = 0; i < answer.StepPositions.Length; i++)
            {
                positions.Add(row * width + answer.StepPositions[i]);
                labels.Add(answer.StepLabels[i] ? 1 : 0);
                answerOfLine.Add(row);
            }
            for (int other = 0; other < rows.Count; other++)
            {
                LabelledAnswer second = answers[rows[other]];
                if (answer.IsRight && !second.IsRight && second.Problem == answer.Problem)
                {
                    better.Add(row);
                    worse.Add(other);
                }
            }
        }
        return new RewardBatch(rows.Count, width, tokens, [.. positions], [.. labels], [.. answerOfLine], [.. rows], [.. better], [.. worse]);
    }
}
