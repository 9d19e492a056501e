using System.Text.Json;
using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Search;

/// <summary>A golden row over a scripted tree, and one run of a strategy on it.</summary>
internal sealed class ScriptedRow
{
    private readonly List<SearchEvent> _events = [];

    public ScriptedRow(ConformanceRow row)
    {
        Row = row;
        JsonElement tree = row.Input.GetProperty("tree");
        Gold = tree.Text("gold");
        Tree = new ScriptedTree(
            tree.Ints("parent"),
            tree.Doubles("p"),
            [.. tree.GetProperty("score").EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Null ? double.NaN : e.AsNumber())],
            tree.Ints("tokens"),
            [.. tree.GetProperty("answer").EnumerateArray().Select(e => e.GetString())]);
        Scorer = new CountingScorer(new ScriptedScorer(Tree));
        PromptTokens = row.Input.Whole("prompt_tokens", 10);
    }

    public ConformanceRow Row { get; }

    public ScriptedTree Tree { get; }

    public string? Gold { get; }

    public CountingScorer Scorer { get; }

    public int PromptTokens { get; }

    public IReadOnlyList<SearchEvent> Events => _events;

    public SearchResult Result { get; private set; } = new() { Strategy = "" };

    public int[] Leaves => [.. Enumerable.Range(0, Tree.Count).Where(Tree.IsFinished)];

    public int NodeOf(PartialAnswer answer) => answer.Text.Length == 0 ? 0 : Tree.NodeOf(answer.Text);

    public int[] Nodes(IEnumerable<PartialAnswer> rows) => [.. rows.Select(NodeOf)];

    public ScriptedRow Run(IStrategy strategy, bool scored = true) => Run(strategy, new ReplayedUniforms(Row.Input.GetProperty("uniforms")), scored);

    public ScriptedRow Run(IStrategy strategy, IUniforms uniforms, bool scored = true)
    {
        SearchContext context = new() { Ledger = new Ledger(Budget.Unlimited), Uniforms = uniforms, Progress = new Listener(_events) };
        var proposer = new ScriptedProposer(Tree, new ScriptedCosts { PromptTokens = PromptTokens });
        Problem problem = ScriptedTree.ProblemFor(Row.Id, Gold);
        Task<SearchResult> solved = strategy.SolveAsync(problem, proposer, scored ? Scorer : null, context, TestContext.Current.CancellationToken);
        Assert.True(solved.IsCompleted, "Nothing in a scripted run waits.");
        Result = solved.GetAwaiter().GetResult();
        return this;
    }

    /// <summary>What the run read, drew and scored, counted from what it was told beside what it was charged.</summary>
    public object Ledger(params string[] kinds)
    {
        int modelSteps = 0;
        int resent = 0;
        HashSet<int> visited = [];
        IReadOnlyList<PartialAnswer> before = [];
        foreach (SearchEvent happened in _events)
        {
            for (int i = 0; kinds.Contains(happened.Kind) && i < happened.Rows.Count; i++)
            {
                int[] path = Tree.PathTo(NodeOf(happened.Rows[i]));
                // A look-ahead's rows are the rows as they are, then the copies that looked.
                int had = before.Count == 0 ? 0 : before[i % before.Count].Steps;
                had = happened.Kind == "looked" && i < before.Count ? path.Length : had;
                foreach (int node in path.Skip(had))
                {
                    modelSteps++;
                    visited.Add(node);
                    resent += PromptTokens + Tree.Answer(Tree.Parents[node]).TokenCount;
                }
            }
            before = happened.Kind == "looked" ? before : happened.Rows;
        }
        return new
        {
            model_steps = modelSteps,
            generated_tokens = Result.Usage.TokensGenerated,
            prompt_tokens_resent = resent,
            forward_tokens_forked_cache = Result.Usage.ForwardTokens,
            forward_tokens_prefix_trie = PromptTokens + visited.Sum(node => Tree.Tokens[node]),
            scorer_calls = Scorer.Calls,
        };
    }

    private sealed class Listener(List<SearchEvent> events) : IProgress<SearchEvent>
    {
        public void Report(SearchEvent value) => events.Add(value);
    }
}

/// <summary>Uniforms of a golden row, handed out in the order in which they are asked for within each iteration.</summary>
internal sealed class ReplayedUniforms : IUniforms
{
    private readonly Dictionary<(string Name, int Iteration), Queue<double>> _lists = [];
    private readonly Queue<double>? _choices;

    public ReplayedUniforms(JsonElement uniforms)
    {
        _choices = uniforms.TryGetProperty("choices", out JsonElement choices) ? new Queue<double>(Flatten(choices)) : null;
        foreach (JsonProperty property in uniforms.EnumerateObject())
        {
            string name = property.Name == "step" ? "token" : property.Name;
            if (property.Value.ValueKind == JsonValueKind.Array)
            {
                int iteration = 0;
                foreach (JsonElement list in property.Value.EnumerateArray())
                {
                    _lists.Add((name, iteration++), new Queue<double>(Flatten(list)));
                }
            }
            else
            {
                _lists.Add((name, 0), new Queue<double>(Flatten(property.Value)));
            }
        }
    }

    /// <summary>Resamplings and draws of references read one list, in the order in which they come, where a row has it.</summary>
    public double Next(string name, int iteration, int slot, int step)
    {
        StepsDrawn += name == "token" ? 1 : 0;
        return name is "resample" or "reference" && _choices is { } choices ? choices.Dequeue() : _lists[(name, iteration)].Dequeue();
    }

    /// <summary>Uniforms that drew a step.</summary>
    public int StepsDrawn { get; private set; }

    private static IEnumerable<double> Flatten(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Flatten) : [element.AsNumber()];
}

/// <summary>Counts the prefixes that a scorer is asked about.</summary>
internal sealed class CountingScorer(IScorer inner) : IScorer
{
    public int Calls { get; private set; }

    public ScorerInfo Info => inner.Info;

    public Usage AtMost(Problem problem, int calls, long tokens) => inner.AtMost(problem, calls, tokens);

    public IScoring Open(Problem problem, SearchContext context) => new Scoring(this, inner.Open(problem, context));

    private sealed class Scoring(CountingScorer owner, IScoring inner) : IScoring
    {
        public ValueTask ScoreAsync(IPopulation rows, ReadOnlyMemory<int> which, Memory<Score> scores, CancellationToken cancellationToken = default)
        {
            owner.Calls += which.Length;
            return inner.ScoreAsync(rows, which, scores, cancellationToken);
        }

        public void Reorder(ReadOnlySpan<int> parents) => inner.Reorder(parents);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
