using Winnow.Models;
using Winnow.Numerics;
using Winnow.Tasks.Families;
using Winnow.Torch.Models;

namespace Winnow.Torch.Rewards;

/// <summary>Draws answers of a policy to training problems and labels their steps by the families' oracles.</summary>
/// <remarks>
/// The policy's own mistakes are the negatives worth learning from; corruptions made by a generator are not (the
/// policy's log-probability separates those already). Held-out problems are never drawn.
/// </remarks>
public sealed class AnswerSampler
{
    private const int BatchRows = 64;
    private readonly LlamaDecoder _policy;
    private readonly IVocabulary _vocabulary;
    private readonly int _begin;
    private readonly BatchGenerationOptions _generation;
    private readonly IReadOnlyList<(string Family, int Level)> _cells;
    private readonly ulong _seed;

    /// <summary>A sampler.</summary>
    /// <param name="policy">The decoder that answers.</param>
    /// <param name="vocabulary">Its tokenizer.</param>
    /// <param name="begin">Token that begins a sequence.</param>
    /// <param name="generation">How it answers; its uniforms are replaced by ones of <paramref name="seed"/>.</param>
    /// <param name="cells">Families and levels, in equal parts.</param>
    /// <param name="seed">Seed of problems and answers; another seed gives other problems.</param>
    public AnswerSampler(LlamaDecoder policy, IVocabulary vocabulary, int begin, BatchGenerationOptions generation, IReadOnlyList<(string Family, int Level)> cells, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(generation);
        ArgumentNullException.ThrowIfNull(cells);
        if (cells.Count == 0)
        {
            throw new ArgumentException("Name at least one family and level.", nameof(cells));
        }
        (_policy, _vocabulary, _begin, _generation, _cells, _seed) = (policy, vocabulary, begin, generation, cells, seed);
    }

    /// <summary>Draws and labels.</summary>
    /// <param name="problems">Number of problems. Above 0.</param>
    /// <param name="samples">Answers to each. Above 0.</param>
    /// <param name="progress">Told the number of problems done; null: nobody.</param>
    /// <param name="cancellationToken">Ends between tokens.</param>
    /// <returns>Answers with at least one step; problem by problem.</returns>
    public IReadOnlyList<LabelledAnswer> Draw(int problems, int samples, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(problems, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        int together = Math.Max(1, BatchRows / samples);
        List<LabelledAnswer> answers = [];
        // Problems of one cell are neighbours, so that a batch ends at about the same time.
        int[] order = [.. Enumerable.Range(0, problems).OrderBy(i => i % _cells.Count)];
        foreach (int[] batch in order.Chunk(together))
        {
            List<(int Problem, GeneratedExample Example, int[] Prompt)> rows = [];
            foreach (int problem in batch)
            {
                (string id, int level) = _cells[problem % _cells.Count];
                GeneratedExample example = HoldOut.DrawTraining(TaskFamilies.Get(id), level, SplitMix64.For(_seed, "problem", problem));
                int[] prompt = [_begin, .. _vocabulary.Encode(PromptFormat.Prompt(AnswerMode.Steps, example.Question))];
                for (int i = 0; i < samples; i++)
                {
                    rows.Add((problem, example, prompt));
                }
            }
            BatchGenerationOptions own = _generation with { Uniforms = HashedUniforms.For(_seed, "answers", batch[0]) };
            IReadOnlyList<int[]> drawn = BatchGeneration.Generate(_policy, [.. rows.Select(row => row.Prompt)], own, cancellationToken);
            for (int i = 0; i < rows.Count; i++)
            {
                if (Label(rows[i].Problem, rows[i].Example, rows[i].Prompt, drawn[i]) is { } labelled)
                {
                    answers.Add(labelled);
                }
            }
            progress?.Report(answers.Count / samples);
        }
        return answers;
    }

    private LabelledAnswer? Label(int problem, GeneratedExample example, int[] prompt, int[] drawn)
    {
        string text = _vocabulary.Decode(drawn);
        IReadOnlyList<bool> verdicts = TaskFamilies.Get(example.Family).CheckSteps(example.Question, text);
        List<int> ends = [];
        for (int i = 0; i < drawn.Length; i++)
        {
            if (i == drawn.Length - 1 || _vocabulary.Bytes(drawn[i]) is [(byte)'\n'])
            {
                ends.Add(prompt.Length + i);
            }
        }
        int steps = Math.Min(ends.Count, verdicts.Count);
        if (steps == 0)
        {
            return null;
        }
        string last = text[(text.LastIndexOf('\n') + 1)..];
        return new LabelledAnswer(problem, [.. prompt, .. drawn], prompt.Length, [.. ends.Take(steps)], [.. verdicts.Take(steps)], last == PromptFormat.AnswerMark + example.Answer);
    }
}
