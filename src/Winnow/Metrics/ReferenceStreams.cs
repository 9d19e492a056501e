namespace Winnow.Metrics;

/// <summary>References as streams: <c>streams[k][i]</c> is the k-th reference of hypothesis i.</summary>
internal static class ReferenceStreams
{
    /// <summary>Refuses streams that do not fit the hypotheses.</summary>
    public static void Check(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> referenceStreams)
    {
        ArgumentNullException.ThrowIfNull(hypotheses);
        ArgumentNullException.ThrowIfNull(referenceStreams);
        if (referenceStreams.Count == 0)
        {
            throw new ArgumentException("There is no reference stream; give at least one, as long as the hypotheses.", nameof(referenceStreams));
        }
        for (int k = 0; k < referenceStreams.Count; k++)
        {
            if (referenceStreams[k].Count != hypotheses.Count)
            {
                throw new ArgumentException(
                    $"Reference stream {k} has {referenceStreams[k].Count} texts and there are {hypotheses.Count} hypotheses; each stream must have one reference for each hypothesis.",
                    nameof(referenceStreams));
            }
        }
    }

    /// <summary>The references of one text as streams.</summary>
    public static string[][] OfOne(IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        var streams = new string[references.Count][];
        for (int k = 0; k < streams.Length; k++)
        {
            streams[k] = [references[k]];
        }
        return streams;
    }
}
