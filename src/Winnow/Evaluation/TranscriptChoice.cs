using Winnow.Search;

namespace Winnow.Evaluation;

/// <summary>Chooses the problems whose transcripts teach most.</summary>
/// <remarks>
/// In turn: a problem that greedy decoding got wrong and some competitor right, and one where it was the other way
/// round; when both kinds are used up, those on which strategies disagree, then the others. Within a kind, problems
/// that split the strategies most evenly come first, then task order.
/// </remarks>
internal static class TranscriptChoice
{
    /// <summary>Indices of the chosen problems, most instructive first.</summary>
    /// <param name="ids">Ids of the strategies.</param>
    /// <param name="correct">Shape [strategies][problems]: whether each strategy was right.</param>
    /// <param name="answers">Shape [strategies][problems]: what it answered.</param>
    /// <param name="count">Problems to choose; all where there are fewer.</param>
    public static IReadOnlyList<int> Choose(
        IReadOnlyList<string> ids, IReadOnlyList<IReadOnlyList<bool>> correct, IReadOnlyList<IReadOnlyList<string?>> answers, int count)
    {
        int problems = correct[0].Count;
        int greedy = IndexOf(ids, StrategyIds.Greedy);
        int[] others = [.. Enumerable.Range(0, ids.Count).Where(s => s != greedy && s != IndexOf(ids, StrategyIds.Oracle))];
        var kinds = new List<int>[4];
        for (int kind = 0; kind < kinds.Length; kind++)
        {
            kinds[kind] = [];
        }
        for (int problem = 0; problem < problems; problem++)
        {
            kinds[(int)KindOf(problem)].Add(problem);
        }
        foreach (List<int> kind in kinds)
        {
            List<int> sorted = [.. kind.OrderBy(Imbalance).ThenBy(problem => problem)];
            kind.Clear();
            kind.AddRange(sorted);
        }
        IEnumerable<int> alternating = Interleave(kinds[0], kinds[1]);
        return [.. alternating.Concat(kinds[2]).Concat(kinds[3]).Take(count)];

        Kind KindOf(int problem)
        {
            int right = others.Count(s => correct[s][problem]);
            if (greedy >= 0 && !correct[greedy][problem] && right > 0)
            {
                return Kind.Gained;
            }
            if (greedy >= 0 && correct[greedy][problem] && right < others.Length)
            {
                return Kind.Lost;
            }
            return answers.Select(of => of[problem]).Distinct(StringComparer.Ordinal).Count() > 1 ? Kind.Disagreement : Kind.Agreement;
        }

        double Imbalance(int problem) => Math.Abs((2.0 * others.Count(s => correct[s][problem])) - others.Length);
    }

    private enum Kind
    {
        Gained,
        Lost,
        Disagreement,
        Agreement,
    }

    private static IEnumerable<int> Interleave(List<int> first, List<int> second)
    {
        for (int i = 0; i < Math.Max(first.Count, second.Count); i++)
        {
            if (i < first.Count)
            {
                yield return first[i];
            }
            if (i < second.Count)
            {
                yield return second[i];
            }
        }
    }

    private static int IndexOf(IReadOnlyList<string> ids, string id)
    {
        for (int i = 0; i < ids.Count; i++)
        {
            if (string.Equals(ids[i], id, StringComparison.Ordinal))
            {
                return i;
            }
        }
        return -1;
    }
}
