using TorchSharp;
using Winnow.Torch.Models;
using static TorchSharp.torch;

namespace Winnow.Torch.Rewards;

/// <summary>The scorer to beat: an answer's log-probability under a decoder.</summary>
public static class AnswerLogProb
{
    private const int BatchTokens = 8192;

    /// <summary>Sum of the log-probabilities of each answer's tokens given what stands before them.</summary>
    /// <param name="model">The drawing model, or a better one of its family.</param>
    /// <param name="answers">The answers.</param>
    /// <param name="padding">Token that fills up rows.</param>
    /// <returns>Shape [answers]; natural log.</returns>
    public static IReadOnlyList<double> Of(LlamaDecoder model, IReadOnlyList<LabelledAnswer> answers, int padding)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(answers);
        double[] sums = new double[answers.Count];
        int[] order = [.. Enumerable.Range(0, answers.Count).OrderBy(i => answers[i].Tokens.Length)];
        for (int start = 0; start < order.Length;)
        {
            int end = start + 1;
            while (end < order.Length && answers[order[end]].Tokens.Length * (end + 1 - start) <= BatchTokens)
            {
                end++;
            }
            Score(model, answers, order.AsSpan(start, end - start), padding, sums);
            start = end;
        }
        return sums;
    }

    private static void Score(LlamaDecoder model, IReadOnlyList<LabelledAnswer> answers, ReadOnlySpan<int> rows, int padding, double[] sums)
    {
        int width = answers[rows[^1]].Tokens.Length;
        long[] tokens = new long[rows.Length * width];
        Array.Fill(tokens, padding);
        List<long> positions = [];
        List<long> targets = [];
        List<int> owners = [];
        for (int row = 0; row < rows.Length; row++)
        {
            LabelledAnswer answer = answers[rows[row]];
            for (int i = 0; i < answer.Tokens.Length; i++)
            {
                tokens[row * width + i] = answer.Tokens[i];
                if (i < answer.PromptLength)
                {
                    continue;
                }
                positions.Add(row * width + i - 1);
                targets.Add(answer.Tokens[i]);
                owners.Add(rows[row]);
            }
        }
        using IDisposable noGradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = model.HiddenStates(tensor(tokens, [rows.Length, width])).view(-1, model.Shape.Width).index_select(0, tensor(positions.ToArray()));
        float[] losses = nn.functional.cross_entropy(model.Logits(hidden), tensor(targets.ToArray()), reduction: nn.Reduction.None).data<float>().ToArray();
        for (int i = 0; i < losses.Length; i++)
        {
            sums[owners[i]] -= losses[i];
        }
    }
}
