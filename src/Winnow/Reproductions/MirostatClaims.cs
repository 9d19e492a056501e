using System.Diagnostics;
using Winnow.Decoding;
using Winnow.Decoding.Stages;

namespace Winnow.Reproductions;

/// <summary>
/// The claims of "Mirostat: A Neural Text Decoding Algorithm that Directly Controls Perplexity" (Basu, Ramachandran, Keskar
/// and Varshney, 2021): text has the surprise that was asked for, at any length, where top-k drifts; repetition falls as the
/// target rises. On a source that follows Zipf's law, and on a language model.
/// </summary>
/// <param name="open">Opens the model that writes.</param>
public sealed class MirostatClaims(Func<CancellationToken, Task<OpenEndedSetting>> open) : IReproduction
{
    private const ulong Seed = 1;

    /// <summary>Positions before this one are left out of slopes: the start of a text follows its prompt closely.</summary>
    private const int FirstPosition = 30;

    /// <summary>Drift, in bits for each 100 tokens, that counts as none.</summary>
    private const double NoDrift = 0.25;

    /// <inheritdoc/>
    public string PaperId => "mirostat";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ClaimResult>> RunAsync(ReproductionEffort effort, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        OpenEndedSetting setting = await open(cancellationToken).ConfigureAwait(false);
        (int runs, OpenEndedSize size) = effort switch
        {
            ReproductionEffort.Quick when setting.IsWriter => (10, new OpenEndedSize(24, 1, 160)),
            ReproductionEffort.Quick => (10, new OpenEndedSize(100, 2, 120)),
            ReproductionEffort.Default => (50, new OpenEndedSize(200, 4, 200)),
            _ => (400, new OpenEndedSize(int.MaxValue, 16, 400)),
        };
        IReadOnlyList<ClaimResult> onSource = OnZipfSource(runs, progress, cancellationToken);
        // In quick form there are too few tokens for intervals as narrow as these bounds.
        return [.. onSource, .. OnModel(setting, size, isControlled: setting.IsWriter && effort != ReproductionEffort.Quick, progress, cancellationToken)];
    }

    private IReadOnlyList<ClaimResult> OnZipfSource(int runs, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        const int steps = 200;
        var watch = Stopwatch.StartNew();
        double[] worst = [];
        List<double> overshoot = [];
        foreach (double exponent in (double[])[1.05, 1.2, 1.5])
        {
            progress?.Report(FormattableString.Invariant($"a source with Zipf exponent {exponent}, {runs} runs of {steps} tokens"));
            ZipfSource source = new(exponent, tokens: 50_000);
            double target = source.FeasibleTarget;
            double[] Errors(SamplerStage stage) => [.. Enumerable.Range(0, runs).Select(run =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return source.MeanSurprise(stage, steps, Seed, run) - target;
            })];

            double[] second = Errors(new MirostatV2(target, 1));
            foreach (double[] errors in (double[][])[Errors(new MirostatV1(target, 1)), second])
            {
                double[] sizes = Array.ConvertAll(errors, Math.Abs);
                worst = worst.Length == 0 || sizes.Average() > worst.Average() ? sizes : worst;
            }
            overshoot.AddRange(Measurement.Difference(Errors(new MirostatV2(target, 1) { Surprise = SurpriseSource.Renormalised }), second));
        }
        return
        [
            Measurement.Within(
                PaperId, "The surprise of a text is the target, whatever the distribution and for both algorithms.",
                $"bits between mean surprise and target after {steps} tokens, in the worst of six settings (holds below 0.1)",
                0, 0.1, worst, expected: true, baseline: null, Seed, watch),
            Measurement.Exceeds(
                PaperId, "Surprise measured after truncation, as llama.cpp does, overshoots the target.",
                "mean surprise with truncated measurement less that with the paper's, in bits, three sources", 0, overshoot.ToArray(), expected: true, baseline: null, Seed, watch),
        ];
    }

    private IReadOnlyList<ClaimResult> OnModel(OpenEndedSetting setting, OpenEndedSize size, bool isControlled, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        string name = setting.Model.Info.Name;
        PromptSamples[] Draw(params SamplerStage[] stages)
        {
            progress?.Report($"{name}, {(stages.Length == 0 ? "plain draws" : stages[0])}");
            return OpenEndedText.Draw(setting, stages, size, Seed, cancellationToken);
        }

        // Only targets below the model's own surprise can be reached.
        PromptSamples[] plain = Draw();
        double own = plain.Average(p => p.Surprise);
        double target = Math.Round(0.75 * own, 2);
        bool[] isFeasible = Array.ConvertAll(plain, p => p.Surprise > target);
        PromptSamples[] Feasible(PromptSamples[] drawn) => [.. drawn.Where((_, i) => isFeasible[i])];
        PromptSamples[] controlled = Feasible(Draw(new MirostatV2(target, 0.5)));
        PromptSamples[] low = Feasible(Draw(new MirostatV2(target / 2, 0.5)));
        PromptSamples[] topK = Feasible(Draw(new TopK(5)));
        double[] surprise = [.. controlled.Select(p => p.Surprise)];
        return
        [
            Measurement.Within(
                PaperId, "A language model's text has the target surprise, within a few percent.",
                FormattableString.Invariant($"mean surprise in bits at target {target} ({name}, {own:0.00} bits on its own, {controlled.Length} of {plain.Length} prompts above the target; holds within 5 %)"),
                0.95 * target, 1.05 * target, surprise, expected: isControlled, baseline: own, Seed, watch),
            Measurement.Within(
                PaperId, "Its surprise does not drift with length.",
                FormattableString.Invariant($"slope in bits for each 100 tokens from token {FirstPosition} on ({name}; holds within ±{NoDrift})"),
                -NoDrift, NoDrift, [.. controlled.Select(p => p.Slope(FirstPosition))], expected: isControlled, baseline: topK.Average(p => p.Slope(FirstPosition)), Seed, watch),
            Measurement.Exceeds(
                PaperId, "Under top-k with a small k the surprise falls with length: the boredom trap.",
                $"fall in bits for each 100 tokens from token {FirstPosition} on, top-k 5 ({name})",
                0, [.. topK.Select(p => -p.Slope(FirstPosition))], expected: true, baseline: null, Seed, watch),
            Measurement.Exceeds(
                PaperId, "Repetition falls as the target rises.",
                FormattableString.Invariant($"rep-2..4 at target {target / 2:0.0#} less that at {target} ({name})"),
                0, Measurement.Difference([.. low.Select(p => p.Repetition)], [.. controlled.Select(p => p.Repetition)]), expected: true, controlled.Average(p => p.Repetition), Seed, watch),
        ];
    }
}
