using Winnow.Budgets;
using Winnow.Evaluation;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Tests.Rendering;

/// <summary>A comparison made of simulated draws: sums whose every step goes wrong with a known chance.</summary>
internal static class SampleComparison
{
    internal static readonly string[] Strategies =
        ["greedy", "repeated-sampling", "majority", "weighted-majority", "best-of-n", "beam", "particle-filter", "oracle"];

    private static readonly double[] s_skill = [0.42, 0.40, 0.52, 0.63, 0.57, 0.60, 0.64, 0.80];

    internal static ComparisonResult Make(ulong seed = 1, int problems = 300, int transcripts = 24, string? hostile = null)
    {
        HashedUniforms uniforms = new HashedUniforms(seed);
        List<ComparisonRow> rows = [];
        List<PairedTest> tests = [];
        foreach (long budget in (long[])[128, 256, 512, 1024])
        {
            double gain = Math.Log2(budget / 128.0) / 3;
            for (int s = 0; s < Strategies.Length; s++)
            {
                double skill = Strategies[s] == "greedy" ? s_skill[s] : 0.40 + ((s_skill[s] - 0.40) * (0.3 + (0.7 * gain)));
                bool[] correct = [.. Enumerable.Range(0, problems).Select(i => uniforms.Next("correct", s, i, Strategies[s] == "greedy" ? 0 : (int)budget) < skill)];
                double accuracy = correct.Average(c => c ? 1.0 : 0);
                double half = 1.96 * Math.Sqrt(accuracy * (1 - accuracy) / problems);
                double draws = Strategies[s] == "greedy" ? 1 : budget / 40.0;
                long tokens = (long)(Strategies[s] == "greedy" ? 38 * problems : budget * 0.93 * problems);
                rows.Add(new()
                {
                    Strategy = Strategies[s], Budget = budget, N = problems, Accuracy = accuracy, CiLow = accuracy - half, CiHigh = accuracy + half,
                    Coverage = Strategies[s] == "greedy" ? accuracy : Math.Max(accuracy, 0.5 + (0.32 * gain)),
                    MeanCandidates = draws, PromptTokens = problems * 60, TokensGenerated = tokens,
                    ForwardTokens = tokens + (problems * 60), ScorerTokens = 0, Calls = (long)(draws * problems), Failures = s * 7, WallSeconds = 3.5, Correct = correct,
                });
            }

            ComparisonRow[] here = [.. rows.TakeLast(Strategies.Length).Where(r => r.Strategy != "oracle")];
            for (int a = 0; a < here.Length; a++)
            {
                for (int b = a + 1; b < here.Length; b++)
                {
                    double d = here[a].Accuracy - here[b].Accuracy;
                    tests.Add(new(here[a].Strategy, here[b].Strategy, budget, d, d - 0.07, d + 0.07, Math.Abs(d) > 0.07 ? 0.0001 : 0.2, Math.Abs(d) > 0.12 ? 0.003 : 0.7));
                }
            }
        }

        return new()
        {
            Task = "arithmetic", Model = "embedded-small", Scorer = "logprob:embedded", Seed = seed, ChanceLevel = 0.05, Rows = rows, Tests = tests,
            LeftOut = [new("process-reward", "No process reward model is at hand; give one with --scorer prm:MODEL.")],
            Transcripts = [.. Enumerable.Range(0, transcripts).SelectMany(i => Solve(uniforms, i, hostile))],
        };
    }

    private static IEnumerable<Transcript> Solve(HashedUniforms uniforms, int index, string? hostile)
    {
        int a = 3 + (int)(uniforms.Next("a", 0, index, 0) * 40), b = 2 + (int)(uniforms.Next("b", 0, index, 0) * 30), c = 2 + (int)(uniforms.Next("c", 0, index, 0) * 7);
        int target = (a + b) * c;
        Problem problem = new()
        {
            Id = $"arithmetic-{index:000}", Question = $"({a} + {b}) * {c} = ?", Prompt = $"Q: ({a} + {b}) * {c}\nA:", Target = target.ToString(), Family = "arithmetic", Level = 2,
            Answers = new LastNumber(), Checker = new SameText(),
        };
        foreach (string strategy in Strategies)
        {
            int n = strategy == "greedy" ? 1 : 8;
            Candidate[] candidates = [.. Enumerable.Range(0, n).Select(i => Draw(uniforms, strategy, index, i, a, b, c, hostile))];
            var votes = candidates.Where(x => x.Key is not null).GroupBy(x => x.Key!, StringComparer.Ordinal).OrderByDescending(g => g.Sum(x => x.Weight)).ToArray();
            string? answer = strategy == "oracle" && candidates.Any(x => x.Key == target.ToString()) ? target.ToString() : votes.FirstOrDefault()?.Key;
            int selected = Array.FindIndex(candidates, x => x.Key == answer && answer is not null);
            yield return new(problem, new()
            {
                Strategy = strategy, Answer = answer, Selected = selected, Candidates = candidates,
                Confidence = votes.Length == 0 ? null : votes[0].Sum(x => x.Weight) / Math.Max(1e-9, candidates.Sum(x => x.Weight)),
                Why = $"The answer {answer} has the largest sum of weights; of its candidates number {selected} has the highest score.",
                Usage = new Usage { TokensGenerated = candidates.Sum(x => x.Answer.TokenCount), PromptTokens = 60, Calls = n },
            }, answer == target.ToString());
        }
    }

    private static Candidate Draw(HashedUniforms uniforms, string strategy, int index, int i, int a, int b, int c, string? hostile)
    {
        int stream = strategy == "greedy" ? 999 : i;
        int sum = a + b + (uniforms.Next("sum", stream, index, 0) < 0.3 ? 1 : 0);
        int product = (sum * c) + (uniforms.Next("product", stream, index, 1) < 0.3 ? 10 : 0);
        string first = $"{a} + {b} = {sum}\n", text = first + $"{sum} * {c} = {product}\nThe answer is {product}." + hostile;
        double logProb = -0.2 - (3 * uniforms.Next("logprob", stream, index, 2));
        double fate = uniforms.Next("fate", stream, index, 3);
        RowState state = strategy == "greedy" || fate > 0.12 ? RowState.Finished : fate > 0.05 ? RowState.Cut : RowState.Failed;
        PartialAnswer answer = new()
        {
            Text = state == RowState.Finished ? text : first, StepEnds = [first.Length, text.Length], StepLogProbs = [logProb / 2, logProb / 2], TokenCount = 30 + (i % 5), State = state,
            Reason = state switch { RowState.Cut => "The budget ended it after 30 tokens.", RowState.Failed => "The endpoint answered 500 three times.", _ => null },
        };
        bool votes = state == RowState.Finished;
        return new()
        {
            Answer = answer, Key = votes ? product.ToString() : null,
            Score = strategy is "greedy" or "majority" ? null : votes ? Score.Of(logProb) : Score.None("It did not finish."),
            Weight = !votes ? 0 : strategy is "majority" or "greedy" ? 1 : Math.Exp(logProb),
        };
    }

    private sealed class LastNumber : IAnswerKey
    {
        public string? Canonical(string text) => text.Split(' ', '\n', '.').LastOrDefault(w => int.TryParse(w, out _));
    }

    private sealed class SameText : IAnswerChecker
    {
        public bool IsCorrect(Problem problem, string answer) => problem.Target == answer;
    }
}
