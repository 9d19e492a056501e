using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Tests.Search;

/// <summary>An end of a run and how probable it is.</summary>
/// <param name="Result">The result of one run that ends so.</param>
/// <param name="Probability">Its probability.</param>
/// <param name="Steps">Its probability times the steps drawn, averaged over the ways to it.</param>
internal sealed record EnumeratedEnd(SearchResult Result, double Probability, double Steps);

/// <summary>
/// Drives a particle strategy through every outcome of its draws on a scripted tree. A draw's outcomes are known from
/// the events before it: the children of a row's node, or the rows that a weight belongs to. Runs that agree after an
/// event go on as one, so the cost is that of the distinct states and not of the paths.
/// </summary>
internal sealed class RunEnumeration(ScriptedTree tree, bool finishedAreFrozen = false)
{
    private sealed record State(int[] Tape, double Probability, double Steps);

    /// <summary>Every distinct end of a strategy's run.</summary>
    public IEnumerable<EnumeratedEnd> Of(IStrategy strategy) =>
        Walk(strategy, new State([], 1, 0), 0, int.MaxValue).Select(end => new EnumeratedEnd(end.Run.Result, end.State.Probability, end.State.Steps));

    /// <summary>How probable each reference after the second sweep is, for each after the first: (leaf, leaf, probability), one reference at a time.</summary>
    public IEnumerable<(int From, int To, double Probability)> References(IStrategy strategy)
    {
        Dictionary<int, (State State, int Events)> firsts = [];
        foreach ((Run run, State state, int events) in Walk(strategy, new State([], 1, 0), 0, 1))
        {
            firsts.TryAdd(run.Reference, (state with { Probability = 1 }, events));
        }
        foreach ((int from, (State state, int events)) in firsts)
        {
            foreach ((Run run, State end, _) in Walk(strategy, state, events, 2))
            {
                yield return (from, run.Reference, end.Probability);
            }
        }
    }

    /// <summary>Every distinct end after a state, or every distinct state at the n-th draw of references.</summary>
    private IEnumerable<(Run Run, State State, int Events)> Walk(IStrategy strategy, State from, int eventsBefore, int sweeps)
    {
        Dictionary<string, State> states = new(StringComparer.Ordinal) { [""] = from };
        for (int events = eventsBefore; states.Count > 0; events++)
        {
            Dictionary<string, State> next = new(StringComparer.Ordinal);
            foreach (State state in states.Values)
            {
                foreach ((Run run, State reached) in Extend(strategy, state, events))
                {
                    if (run.Key is { } key && run.SweepsAtKey < sweeps)
                    {
                        State known = next.GetValueOrDefault(key) ?? reached with { Probability = 0, Steps = 0 };
                        next[key] = known with { Probability = known.Probability + reached.Probability, Steps = known.Steps + reached.Steps };
                    }
                    else
                    {
                        yield return (run, reached, events + 1);
                    }
                }
            }
            states = next;
        }
    }

    /// <summary>Every outcome of the draws between an event and the next.</summary>
    private IEnumerable<(Run Run, State Reached)> Extend(IStrategy strategy, State from, int events)
    {
        int[]? tape = from.Tape;
        while (tape is not null)
        {
            Run run = new(tree, tape, from.Tape.Length, events, finishedAreFrozen);
            run.Solve(strategy);
            double probability = from.Probability * run.Probability;
            yield return (run, new State([.. run.Taken.Select(draw => draw.Outcome)], probability, from.Steps * run.Probability + probability * run.StepsDrawn));
            tape = Following(run.Taken, from.Tape.Length);
        }
    }

    private static int[]? Following(List<(int Outcome, int Outcomes)> taken, int first)
    {
        for (int last = taken.Count - 1; last >= first; last--)
        {
            if (taken[last].Outcome + 1 < taken[last].Outcomes)
            {
                return [.. taken.Take(last).Select(draw => draw.Outcome), taken[last].Outcome + 1];
            }
        }
        return null;
    }

    /// <summary>One run: a tape of outcomes is played, then the first outcome of each draw is taken.</summary>
    private sealed class Run(ScriptedTree tree, int[] tape, int fixedDraws, int eventsBefore, bool finishedAreFrozen) : IUniforms, IProgress<SearchEvent>
    {
        private int[] _nodes = [];
        private double[] _weights = [];
        private int _events;
        private int _draws;
        private int _sweeps;

        public List<(int Outcome, int Outcomes)> Taken { get; } = [];

        public double Probability { get; private set; } = 1;

        public int StepsDrawn { get; private set; }

        /// <summary>What the run is after the next event; null where it ended before one.</summary>
        public string? Key { get; private set; }

        /// <summary>Sweeps that have ended by then.</summary>
        public int SweepsAtKey { get; private set; }

        /// <summary>The node of the reference that was drawn by then.</summary>
        public int Reference { get; private set; }

        public SearchResult Result { get; private set; } = new() { Strategy = "" };

        public void Solve(IStrategy strategy)
        {
            SearchContext context = new() { Ledger = new Ledger(Budget.Unlimited), Uniforms = this, Progress = this };
            Task<SearchResult> solved = strategy.SolveAsync(
                ScriptedTree.ProblemFor("enumerated", null), new ScriptedProposer(tree), new ScriptedScorer(tree), context, TestContext.Current.CancellationToken);
            Assert.True(solved.IsCompleted, "Nothing on a scripted tree waits.");
            Result = solved.GetAwaiter().GetResult();
        }

        public void Report(SearchEvent value)
        {
            if (value.Kind == "finished")
            {
                return;
            }
            _nodes = [.. value.Rows.Select(row => row.Text.Length == 0 ? 0 : tree.NodeOf(row.Text))];
            // After a resampling an event tells the weights that were drawn by; what holds from then on are the log-weights.
            _weights = new double[value.LogWeights.Count];
            LogWeights.Normalise([.. value.LogWeights], _weights);
            _events++;
            _sweeps += value.Kind == "referenced" ? 1 : 0;
            if (_events == eventsBefore + 1)
            {
                SweepsAtKey = _sweeps;
                Reference = value.Kind == "referenced" && value.Parents.Count > 0 ? _nodes[value.Parents[0]] : 0;
                Key = $"{value.Kind} {value.Iteration} {string.Join(' ', _nodes)} {(value.Kind == "referenced" ? string.Join(' ', value.Parents) : "")} {string.Join(' ', value.LogWeights.Select(weight => weight.ToString("F9", null)))}";
            }
            if (value.Kind == "referenced")
            {
                Array.Clear(_nodes); // The next sweep starts at the empty prefix.
            }
        }

        public double Next(string name, int iteration, int slot, int step)
        {
            (double From, double To)[] outcomes = name == "token" ? Children(slot) : Rows(name == "resample" && finishedAreFrozen);
            int outcome = _draws < tape.Length ? tape[_draws] : 0;
            bool counts = _events == eventsBefore && _draws >= fixedDraws;
            if (counts)
            {
                Taken.Add((outcome, outcomes.Length));
                Probability *= outcomes[outcome].To - outcomes[outcome].From;
                StepsDrawn += name == "token" ? 1 : 0;
            }
            else if (_draws < fixedDraws)
            {
                Taken.Add((outcome, outcomes.Length));
            }
            _draws++;
            return 0.5 * (outcomes[outcome].From + outcomes[outcome].To);
        }

        private (double From, double To)[] Children(int slot) =>
            Intervals(tree.Children(slot < _nodes.Length ? _nodes[slot] : 0).ToArray().Select(child => tree.Probabilities[child]));

        private (double From, double To)[] Rows(bool withoutFinished) =>
            Intervals(_nodes.Index().Where(row => !withoutFinished || !tree.IsFinished(row.Item)).Select(row => _weights[row.Index]));

        private static (double From, double To)[] Intervals(IEnumerable<double> shares)
        {
            List<(double, double)> intervals = [];
            double[] all = [.. shares];
            double at = 0;
            foreach (double share in all)
            {
                if (share > 0)
                {
                    intervals.Add((at / all.Sum(), (at + share) / all.Sum()));
                }
                at += share;
            }
            return [.. intervals];
        }
    }
}
