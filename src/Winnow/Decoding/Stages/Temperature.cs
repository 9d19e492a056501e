namespace Winnow.Decoding.Stages;

/// <summary>Divides logits by a temperature. Below 10⁻⁵: greedy, the most probable token alone, the lowest id among equals.</summary>
/// <param name="Value">Temperature; at least 0; 1 turns the stage off.</param>
public sealed record Temperature(double Value) : SamplerStage
{
    /// <summary>Temperatures below this are greedy.</summary>
    public const double Greedy = 1e-5;

    /// <summary>Temperature.</summary>
    public double Value { get; } = Limits.Within(Value, 0, float.MaxValue, "0 is greedy, 1 leaves the logits as they are.");

    /// <inheritdoc/>
    public override string Name => "temperature";

    /// <inheritdoc/>
    public override bool IsNeutral => Value.Equals(1);

    /// <inheritdoc/>
    public override int? MostKept => Value < Greedy ? 1 : null;

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => StageText.Of(Value);

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state) => Apply(ref candidates, Value);

    internal static void Apply(ref Candidates candidates, double temperature)
    {
        if (temperature < Greedy)
        {
            candidates.KeepTop(1);
        }
        else if (!temperature.Equals(1))
        {
            candidates.Divide((float)temperature);
        }
    }
}
