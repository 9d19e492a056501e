using Winnow.Metrics;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Stems and common subsequences.</summary>
public sealed class MetricsSequenceRows : IConformanceRows
{
    public string Family => "metrics";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["porter_stem"] = row => new { stem = PorterStemmer.Stem(row.Input.Text("word")!) },
        ["lcs"] = row =>
        {
            (int[] reference, int[] candidate) = (row.Input.Ints("reference"), row.Input.Ints("candidate"));
            int[] indices = Marked(reference, [candidate]);
            return new { length = LongestCommonSubsequence.Length(reference, candidate), reference_indices = indices };
        },
        ["union_lcs"] = row =>
        {
            int[] reference = row.Input.Ints("reference");
            return new { tokens = Marked(reference, row.Input.IntMatrix("candidates")).Select(i => reference[i]) };
        },
    };

    private static int[] Marked(int[] reference, int[][] candidates)
    {
        var marks = new bool[reference.Length];
        foreach (int[] candidate in candidates)
        {
            LongestCommonSubsequence.Mark(reference, candidate, marks);
        }
        return [.. Enumerable.Range(0, marks.Length).Where(i => marks[i])];
    }
}
