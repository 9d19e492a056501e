namespace Winnow.Reproductions;

/// <summary>
/// A family of samplers at the strength where its text is as surprising as another sampler's. Samplers are only comparable
/// there: any of them repeats less at a higher surprise.
/// </summary>
internal static class MatchedSurprise
{
    /// <summary>A measure of each prompt, between the two members of the family whose mean surprise encloses the wanted one.</summary>
    /// <param name="family">What each member drew, in any order.</param>
    /// <param name="surprise">Mean surprise wanted. Unit: bits.</param>
    /// <param name="measure">The measure of a prompt's samples.</param>
    /// <returns>Shape [prompts]; the mean surprise that was reached is the nearest where none encloses it.</returns>
    public static (double[] Values, double Reached) Measure(IEnumerable<PromptSamples[]> family, double surprise, Func<PromptSamples, double> measure)
    {
        (PromptSamples[] Drawn, double Surprise)[] members = [.. family.Select(drawn => (drawn, drawn.Average(p => p.Surprise))).OrderBy(member => member.Item2)];
        int above = Array.FindIndex(members, member => member.Surprise >= surprise);
        int high = above < 0 ? members.Length - 1 : above;
        int low = Math.Max(0, above < 0 ? high : high - 1);
        double width = members[high].Surprise - members[low].Surprise;
        double share = width > 0 ? Math.Clamp((surprise - members[low].Surprise) / width, 0, 1) : 1;
        double[] values = [.. members[low].Drawn.Zip(members[high].Drawn, (a, b) => (1 - share) * measure(a) + share * measure(b))];
        return (values, members[low].Surprise + share * width);
    }
}
