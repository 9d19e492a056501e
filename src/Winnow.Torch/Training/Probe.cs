using Winnow.Models;
using Winnow.Tasks.Families;
using Winnow.Torch.Models;

namespace Winnow.Torch.Training;

/// <summary>Greedy answers to held-out problems of one family and level.</summary>
/// <param name="Family">Identifier of the family.</param>
/// <param name="Level">Level.</param>
/// <param name="Problems">Number of problems.</param>
/// <param name="Accuracy">Share of right answers. Range: 0 … 1.</param>
/// <param name="StepAccuracy">Share of right lines among all that were written. Range: 0 … 1.</param>
/// <param name="Question">One of the questions.</param>
/// <param name="Sample">What the model wrote to it.</param>
public sealed record ProbeCell(string Family, int Level, int Problems, double Accuracy, double StepAccuracy, string Question, string Sample);

/// <summary>Measures a decoder in training on held-out problems. All problems are drawn once and stay the same.</summary>
public sealed class Probe
{
    private const int BatchRows = 64;
    private readonly IVocabulary _vocabulary;
    private readonly int _begin;
    private readonly BatchGenerationOptions _options;
    private readonly List<(ITaskFamily Family, int Level, IReadOnlyList<GeneratedExample> Problems)> _cells = [];

    /// <summary>Draws the problems.</summary>
    /// <param name="vocabulary">Tokenizer.</param>
    /// <param name="begin">Token that begins a sequence.</param>
    /// <param name="generation">How answers are generated.</param>
    /// <param name="cells">Families and levels; a level that cannot be held out is left out.</param>
    /// <param name="problems">Problems of each. Above 0.</param>
    /// <param name="seed">Seed of the problems.</param>
    public Probe(IVocabulary vocabulary, int begin, BatchGenerationOptions generation, IEnumerable<(string Family, int Level)> cells, int problems, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(generation);
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentOutOfRangeException.ThrowIfLessThan(problems, 1);
        _vocabulary = vocabulary;
        _begin = begin;
        _options = generation;
        foreach ((string id, int level) in cells)
        {
            ITaskFamily family = TaskFamilies.Get(id);
            if (HoldOut.CanHoldOut(family, level))
            {
                _cells.Add((family, level, HoldOut.Draw(family, level, problems, seed)));
            }
        }
    }

    /// <summary>Measures all cells.</summary>
    public IReadOnlyList<ProbeCell> Measure(LlamaDecoder model, CancellationToken cancellationToken = default) =>
        [.. _cells.Select(cell => Measure(model, cell.Family, cell.Level, cell.Problems, cancellationToken))];

    private ProbeCell Measure(LlamaDecoder model, ITaskFamily family, int level, IReadOnlyList<GeneratedExample> problems, CancellationToken cancellationToken)
    {
        int right = 0;
        int lines = 0;
        int rightLines = 0;
        string sample = "";
        foreach (GeneratedExample[] batch in problems.Chunk(BatchRows))
        {
            List<int[]> prompts = [.. batch.Select(problem => (int[])[_begin, .. _vocabulary.Encode(PromptFormat.Prompt(AnswerMode.Steps, problem.Question))])];
            IReadOnlyList<int[]> answers = BatchGeneration.Generate(model, prompts, _options, cancellationToken);
            for (int i = 0; i < batch.Length; i++)
            {
                string text = _vocabulary.Decode(answers[i]);
                if (sample.Length == 0)
                {
                    sample = text;
                }
                right += text.EndsWith('\n' + PromptFormat.AnswerMark + batch[i].Answer, StringComparison.Ordinal)
                    || string.Equals(text, PromptFormat.AnswerMark + batch[i].Answer, StringComparison.Ordinal) ? 1 : 0;
                IReadOnlyList<bool> verdicts = family.CheckSteps(batch[i].Question, text);
                lines += verdicts.Count;
                rightLines += verdicts.Count(isRight => isRight);
            }
        }
        return new ProbeCell(family.Id, level, problems.Count, right / (double)problems.Count, lines == 0 ? 0 : rightLines / (double)lines, problems[0].Question, sample);
    }
}
