using System.Diagnostics;
using Winnow.Decoding;
using Winnow.Decoding.Stages;
using Winnow.Numerics;

namespace Winnow.Reproductions;

/// <summary>
/// The claims of "Locally Typical Sampling" (Meister, Pimentel, Wiher and Cotterell, 2023): it leaves dull tokens out, even
/// the most probable one, and so repeats less than other samplers at no loss of quality. Compared where texts are equally
/// surprising to the model, for any sampler repeats less when it draws more widely.
/// </summary>
/// <param name="open">Opens the model that writes, and where there is one another that judges.</param>
public sealed class LocallyTypicalClaims(Func<CancellationToken, Task<OpenEndedSetting>> open) : IReproduction
{
    private const ulong Seed = 1;
    private const double Mass = 0.2;

    /// <summary>Bits a token by which text may be less likely to the judge and still count as equally good.</summary>
    private const double Tolerance = 0.2;

    private static readonly double[] Temperatures = [0.05, 0.5, 0.7, 0.8, 0.9, 1];
    private static readonly double[] Nuclei = [0.05, 0.4, 0.6, 0.8, 0.9, 1];

    /// <inheritdoc/>
    public string PaperId => "locally-typical";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ClaimResult>> RunAsync(ReproductionEffort effort, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        OpenEndedSetting setting = await open(cancellationToken).ConfigureAwait(false);
        OpenEndedSize size = effort switch
        {
            ReproductionEffort.Quick when setting.IsWriter => new(24, 1, 60),
            ReproductionEffort.Quick => new(120, 1, 100),
            ReproductionEffort.Default => new(200, 2, 120),
            _ => new(int.MaxValue, 16, 200),
        };
        // The bundled model loops under every sampler, and a quick run of a model of English is too short to tell.
        bool showsGain = setting.IsWriter && effort != ReproductionEffort.Quick;
        var watch = Stopwatch.StartNew();
        PromptSamples[] Draw(SamplerStage stage)
        {
            progress?.Report($"{setting.Model.Info.Name}, {stage}");
            return OpenEndedText.Draw(setting, [stage], size, Seed, cancellationToken);
        }

        PromptSamples[] typical = Draw(new Typical(Mass));
        PromptSamples[][] tempered = [.. Temperatures.Select(t => Draw(new Temperature(t)))];
        PromptSamples[][] nuclei = [.. Nuclei.Select(p => Draw(new TopP(p)))];
        double surprise = typical.Average(p => p.Surprise);
        double[] repeated = [.. typical.Select(p => p.Repetition)];
        (double[] byTemperature, double temperedSurprise) = MatchedSurprise.Measure(tempered, surprise, p => p.Repetition);
        (double[] byNucleus, double nucleusSurprise) = MatchedSurprise.Measure(nuclei, surprise, p => p.Repetition);
        string name = setting.Model.Info.Name;
        List<ClaimResult> claims =
        [
            LeavesTheArgmaxOut(),
            Measurement.Exceeds(
                PaperId, "At equal surprise, typical text repeats itself less than text drawn at a temperature.",
                FormattableString.Invariant($"rep-2..4 at a matched temperature less that of typical {Mass} ({surprise:0.00} and {temperedSurprise:0.00} bits a token, {name})"),
                0, Measurement.Difference(byTemperature, repeated), expected: showsGain, byTemperature.Average(), Seed, watch),
            Measurement.Exceeds(
                PaperId, "At equal surprise, typical text repeats itself less than text of a nucleus.",
                FormattableString.Invariant($"rep-2..4 of a matched nucleus less that of typical {Mass} ({surprise:0.00} and {nucleusSurprise:0.00} bits a token, {name})"),
                0, Measurement.Difference(byNucleus, repeated), expected: showsGain, byNucleus.Average(), Seed, watch),
            Measurement.Exceeds(
                PaperId, "Typical text repeats itself less than the most probable text.",
                $"rep-2..4 of greedy text less that of typical {Mass} ({name})",
                0, Measurement.Difference([.. tempered[0].Select(p => p.Repetition)], repeated), expected: true, tempered[0].Average(p => p.Repetition), Seed, watch),
        ];
        if (setting.Judge is { } judge)
        {
            progress?.Report($"judged by {judge.Info.Name}");
            double[] own = [.. typical.Select(p => p.SurpriseUnder(judge))];
            (double[] other, _) = MatchedSurprise.Measure(nuclei, surprise, p => p.SurpriseUnder(judge));
            claims.Add(Measurement.Exceeds(
                PaperId, "Typical text is as good as that of a nucleus: another model finds it as likely.",
                $"bits a token under {judge.Info.Name}: a matched nucleus less typical {Mass} (holds above −{Tolerance})",
                -Tolerance, Measurement.Difference(other, own), expected: effort != ReproductionEffort.Quick /* too few texts for so narrow an interval */, other.Average(), Seed, watch));
        }
        return claims;
    }

    private ClaimResult LeavesTheArgmaxOut()
    {
        var watch = Stopwatch.StartNew();
        SamplerChain chain = new(new Typical(0.5));
        float[] logits = Array.ConvertAll((double[])[0.4, 0.2, 0.2, 0.2], p => (float)Math.Log(p));
        Candidates left = chain.Apply(logits, chain.Open([]), new StepContext([], 0, new HashedUniforms(Seed)), new SamplerWorkspace());
        return Measurement.Exact(
            PaperId, "The most probable token may be left out.", "most probable tokens kept of (0.4, 0.2, 0.2, 0.2) at mass 0.5",
            left.IndexOf(0) >= 0 ? 1 : 0, holds: left.IndexOf(0) < 0 && left.Count == 3, expected: true, watch);
    }
}
