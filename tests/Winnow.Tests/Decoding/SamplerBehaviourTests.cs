using Winnow.Decoding;
using Winnow.Embedded;
using Winnow.Metrics;
using Winnow.Models;
using Winnow.Reproductions;
using Winnow.Tasks;

namespace Winnow.Tests.Decoding;

/// <summary>What samplers are used for, on a trained model: text drawn on behind the end of its answers, where it repeats itself. Everything is seeded.</summary>
public sealed class SamplerBehaviourTests : IDisposable
{
    private static readonly OpenEndedSize Size = new(Prompts: 40, Samples: 1, Tokens: 80);

    private readonly ILanguageModel _judge = EmbeddedModels.Load("embedded");
    private readonly OpenEndedSetting _setting;

    public SamplerBehaviourTests()
    {
        TaskSet task = EmbeddedTasks.Load();
        _setting = new OpenEndedSetting(EmbeddedModels.Load("embedded-small"), _judge, [.. task.Problems.Select(problem => problem.Prompt)], IsWriter: false);
    }

    public void Dispose()
    {
        _setting.Model.Dispose();
        _judge.Dispose();
    }

    [Theory]
    [InlineData("penalties:repeat=1.8:last=64")]
    [InlineData("penalties:frequency=0.5:presence=0.5:last=64")]
    [InlineData("dry:0.8")]
    [InlineData("no-repeat-ngram:4")]
    public void What_is_against_repetition_lowers_it_at_a_price_in_likelihood(string chain)
    {
        PromptSamples[] plain = Draw("temperature:0.5"), drawn = Draw(chain + ",temperature:0.5");
        double before = plain.Average(p => Repetition.OfNGrams(p.Samples[0].Tokens.AsSpan(), 4));
        double after = drawn.Average(p => Repetition.OfNGrams(p.Samples[0].Tokens.AsSpan(), 4));
        double price = drawn.Average(p => p.Surprise) - plain.Average(p => p.Surprise);
        TestContext.Current.TestOutputHelper?.WriteLine($"{chain}: rep-4 {before:0.000} to {after:0.000}, {price:0.00} bits a token");
        Assert.True(after < before - 0.03, $"rep-4 was {before} and is {after}");
        Assert.True(price > 0, $"{price} bits");
    }

    [Fact]
    public void Excluding_top_choices_makes_texts_more_different()
    {
        double before = Distinct(Draw("temperature:0.7")), after = Distinct(Draw("xtc:0.5:0.1,temperature:0.7"));
        TestContext.Current.TestOutputHelper?.WriteLine($"distinct-2 {before:0.000} to {after:0.000}");
        Assert.True(after > before + 0.01, $"distinct-2 was {before} and is {after}");
    }

    [Fact]
    public void At_a_high_temperature_min_p_is_about_as_likely_to_a_judge_as_a_nucleus_as_various()
    {
        PromptSamples[] own = Draw("temperature:1.5,min-p:0.1");
        double variety = Distinct(own), surprise = own.Average(p => p.SurpriseUnder(_judge));
        // The nucleus whose texts are as various, between the two that enclose it.
        (double Variety, double Surprise)[] nuclei = [.. ((double[])[0.4, 0.6, 0.75, 0.9]).Select(p =>
        {
            PromptSamples[] drawn = Draw(FormattableString.Invariant($"temperature:1.5,top-p:{p}"));
            return (Distinct(drawn), drawn.Average(s => s.SurpriseUnder(_judge)));
        }).OrderBy(n => n.Item1)];
        int high = Array.FindIndex(nuclei, n => n.Variety >= variety);
        Assert.True(high > 0, $"distinct-2 of {variety} lies outside {nuclei[0].Variety} to {nuclei[^1].Variety}");
        double share = (variety - nuclei[high - 1].Variety) / (nuclei[high].Variety - nuclei[high - 1].Variety);
        double matched = nuclei[high - 1].Surprise + share * (nuclei[high].Surprise - nuclei[high - 1].Surprise);
        TestContext.Current.TestOutputHelper?.WriteLine($"distinct-2 {variety:0.000}: min-p {surprise:0.00} bits, a nucleus {matched:0.00}");
        Assert.True(surprise < matched + 0.3, $"{surprise} bits under the judge, a nucleus as various {matched}");
    }

    private static double Distinct(PromptSamples[] drawn)
    {
        var distinct = new DistinctNGrams(2);
        foreach (PromptSamples prompt in drawn)
        {
            distinct.Add(prompt.Samples[0].Tokens.AsSpan());
        }
        return distinct.Share;
    }

    private PromptSamples[] Draw(string chain) =>
        OpenEndedText.Draw(_setting, SamplerChain.Parse(chain).Stages, Size, seed: 1, TestContext.Current.CancellationToken);
}
