using Winnow.Search;
using Winnow.Testing.Conformance;
using Winnow.Tests.Search;

namespace Winnow.Tests.Conformance;

/// <summary>Beams and verifier trees over scripted trees, replayed from given uniforms.</summary>
public sealed class BeamReplayRows : IConformanceRows
{
    public string Family => "search";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["beam_replay"] = row => Replay(row, options => new Beam(options)),
        ["dvts_replay"] = row => Replay(row, options => new Dvts(options)),
        ["beam_replay_small_start"] = SmallStart,
        ["beam_full_expansion"] = FullExpansion,
    };

    private static object Replay(ConformanceRow row, Func<BeamOptions, IStrategy> make)
    {
        var run = new ScriptedRow(row);
        run.Run(make(new BeamOptions
        {
            Rows = row.Params.Whole("n"),
            Width = row.Params.Whole("beam_width"),
            MaxSteps = row.Params.Whole("num_iterations"),
            LastStepRunsToEnd = true,
            Lookahead = row.Params.Whole("lookahead"),
            FiltersDuplicates = row.Params.Flag("filter_duplicates"),
            SortsFinished = row.Params.Flag("sort_completed"),
            Aggregation = AggregationOf(row.Params.Text("aggregator")!),
            Convention = BeamConvention.SearchAndLearn,
        }));
        List<object> calls = [];
        IReadOnlyList<PartialAnswer> before = [.. Enumerable.Repeat(run.Tree.Answer(0), row.Params.Whole("n"))];
        foreach (SearchEvent happened in run.Events.Where(e => e.Kind is "stepped" or "looked" or "kept"))
        {
            if (happened.Kind == "stepped")
            {
                calls.Add(new { start = run.Nodes(before), reached = run.Nodes(happened.Rows) });
            }
            else if (happened.Kind == "looked")
            {
                int half = happened.Rows.Count / 2;
                calls.Add(new
                {
                    start = happened.Parents.Select(place => run.NodeOf(happened.Rows[place])),
                    reached = happened.Parents.Select(place => run.NodeOf(happened.Rows[place + half])),
                });
                continue;
            }
            before = happened.Rows;
        }
        Candidate? selected = run.Result.Selected < 0 ? null : run.Result.Candidates[run.Result.Selected];
        return new
        {
            iterations = calls,
            generate_calls = calls,
            completions = run.Nodes(run.Result.Candidates.Select(candidate => candidate.Answer)),
            completion_scores = run.Result.Candidates.Select(candidate => candidate.Score!.Value.Value),
            unfinished = run.Result.Candidates.Index().Where(c => c.Item.Answer.State != RowState.Finished).Select(c => c.Index),
            selected_node = selected is null ? null : (int?)run.NodeOf(selected.Answer),
            selected_answer = run.Result.Answer,
            ledger = run.Ledger("stepped", "looked"),
        };
    }

    private static object SmallStart(ConformanceRow row)
    {
        int width = row.Params.Whole("beam_width");
        var run = new ScriptedRow(row);
        run.Run(new Beam(new BeamOptions { Rows = row.Params.Whole("budget"), Width = width, Convention = BeamConvention.ItsHub }));
        List<object> levels = [];
        SearchEvent? scored = null;
        foreach (SearchEvent happened in run.Events)
        {
            if (happened.Kind == "scored")
            {
                scored = happened;
            }
            else if (happened.Kind == "kept")
            {
                int kept = Math.Min(width, scored!.Rows.Count);
                levels.Add(new { nodes = run.Nodes(scored.Rows), scores = scored.Weights, kept = run.Nodes(happened.Rows.Take(kept)) });
            }
        }
        return new
        {
            levels,
            final_nodes = run.Nodes(run.Result.Candidates.Select(candidate => candidate.Answer)),
            final_scores = run.Result.Candidates.Select(candidate => candidate.Score!.Value.Value),
            selected_index = run.Result.Selected,
            selected_answer = run.Result.Answer,
            ledger = run.Ledger("stepped"),
        };
    }

    /// <summary>All children of what was kept compete: the beam's selection without any drawing.</summary>
    private static object FullExpansion(ConformanceRow row)
    {
        ScriptedTree tree = new ScriptedRow(row).Tree;
        int width = row.Params.Whole("width");
        List<object> steps = [];
        List<int> finished = [];
        int expansions = 0;
        int scored = 0;
        int[] expanded = [0];
        while (expanded.Length > 0)
        {
            int[] candidates = [.. expanded.SelectMany(node => tree.Children(node).ToArray())];
            int[] ascending = [.. candidates.Order()];
            int[] order = [.. BeamSelection.Best([.. ascending.Select(node => tree.Scores![node])], ascending.Length).Select(i => ascending[i])];
            int[] kept = [.. order.Take(width)];
            steps.Add(new { expanded, candidates, order, kept });
            expansions += expanded.Length;
            scored += candidates.Length;
            finished.AddRange(kept.Where(tree.IsFinished));
            expanded = [.. kept.Where(node => !tree.IsFinished(node))];
        }
        int[] byNode = [.. finished.Order()];
        int selected = byNode[BeamSelection.Best([.. byNode.Select(node => tree.Scores![node])], 1)[0]];
        return new { steps, finished, selected, answer = tree.Answers[selected], expansions, candidates_scored = scored };
    }

    internal static StepAggregation AggregationOf(string name) => name switch
    {
        "last" => StepAggregation.Last,
        "min" => StepAggregation.Min,
        "prod" => StepAggregation.Product,
        "mean" => StepAggregation.Mean,
        _ => throw new InvalidDataException($"The aggregator \"{name}\" is not known."),
    };
}
