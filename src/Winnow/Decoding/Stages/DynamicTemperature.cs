namespace Winnow.Decoding.Stages;

/// <summary>A temperature that follows the entropy: from Centre − Delta where one token is certain to Centre + Delta where all are equal.</summary>
/// <param name="Centre">Temperature in the middle; at least 0; below 10⁻⁵ with no delta: greedy.</param>
/// <param name="Delta">Half the range; at least 0; 0 leaves an ordinary temperature.</param>
/// <remarks>
/// Source: llama.cpp's <c>temp_ext</c>. T = Tmin + (Tmax − Tmin)·(H / ln n)^Exponent, with n the number of tokens left,
/// Tmin = max(0, Centre − Delta), Tmax = Centre + Delta; nothing is done where n ≤ 1. Cost: O(V).
/// </remarks>
public sealed record DynamicTemperature(double Centre, double Delta) : SamplerStage
{
    /// <summary>Temperature in the middle.</summary>
    public double Centre { get; } = Limits.Within(Centre, 0, float.MaxValue, "0 is greedy.");

    /// <summary>Half the range.</summary>
    public double Delta { get; } = Limits.Within(Delta, 0, float.MaxValue, "0 leaves an ordinary temperature.");

    /// <summary>Exponent of the normalised entropy; above 0; default 1.</summary>
    public double Exponent { get; init => field = Limits.Within(value, 0, 100, "1 is linear."); } = 1;

    /// <inheritdoc/>
    public override string Name => "dynamic-temperature";

    /// <inheritdoc/>
    public override bool IsNeutral => Delta <= 0 && Centre.Equals(1);

    /// <inheritdoc/>
    public override int? MostKept => Delta <= 0 && Centre < Temperature.Greedy ? 1 : null;

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => StageText.Join(StageText.Of(Centre) + ":" + StageText.Of(Delta), ("exponent", Exponent, 1));

    /// <summary>The temperature for these candidates.</summary>
    public double Effective(ref Candidates candidates)
    {
        if (Delta <= 0)
        {
            return Centre;
        }
        int left = candidates.FiniteCount;
        if (left <= 1)
        {
            return 1;
        }
        double least = Math.Max(0, Centre - Delta);
        return least + (Centre + Delta - least) * Math.Pow(candidates.Entropy / Math.Log(left), Exponent);
    }

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state) =>
        Temperature.Apply(ref candidates, Effective(ref candidates));
}
