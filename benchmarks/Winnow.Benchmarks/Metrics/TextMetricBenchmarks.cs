using System.Globalization;
using BenchmarkDotNet.Attributes;
using Winnow.Metrics;

namespace Winnow.Benchmarks;

/// <summary>Text metrics over 1,000 segments of 25 words with punctuation, one word in five wrong, and in four segments of ten a moved block.</summary>
[MemoryDiagnoser, MinColumn, MedianColumn]
public class TextMetricBenchmarks
{
    private const int Segments = 1000;
    private const int WordsEach = 25;

    private readonly string[] _hypotheses = new string[Segments];
    private readonly string[] _references = new string[Segments];

    /// <summary>What is scored.</summary>
    internal IReadOnlyList<string> Hypotheses => _hypotheses;

    /// <summary>What it is compared with.</summary>
    internal IReadOnlyList<string> References => _references;

    /// <summary>Makes the segments; the generator is small enough to write again in another language.</summary>
    [GlobalSetup]
    public void Setup()
    {
        long state = 1;
        for (int i = 0; i < Segments; i++)
        {
            var reference = new string[WordsEach];
            var hypothesis = new string[WordsEach];
            for (int w = 0; w < WordsEach; w++)
            {
                reference[w] = Word();
                hypothesis[w] = Next(5) == 0 ? Word() : reference[w];
            }
            if (Next(10) < 4)
            {
                hypothesis = [.. hypothesis[5..12], .. hypothesis[..5], .. hypothesis[12..]];
            }
            _references[i] = string.Join(' ', reference) + ".";
            _hypotheses[i] = string.Join(' ', hypothesis) + ".";
        }

        int Next(int below)
        {
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF;
            return (int)((state >> 8) % below);
        }

        // The product of two draws makes small numbers common, as short frequent words are.
        string Word() => string.Create(CultureInfo.InvariantCulture, $"w{Next(60) * Next(60)}{(Next(10) == 0 ? "," : "")}");
    }

    /// <summary>Corpus BLEU.</summary>
    [Benchmark]
    public double CorpusBleu() => new Bleu().Corpus(_hypotheses, [_references]).Score;

    /// <summary>Corpus chrF.</summary>
    [Benchmark]
    public double CorpusChrf() => new Chrf().Corpus(_hypotheses, [_references]);

    /// <summary>Corpus chrF++.</summary>
    [Benchmark]
    public double CorpusChrfPlusPlus() => new Chrf(new ChrfOptions { WordOrder = 2 }).Corpus(_hypotheses, [_references]);

    /// <summary>Corpus TER.</summary>
    [Benchmark]
    public double CorpusTer() => new Ter().Corpus(_hypotheses, [_references]).Score;

    /// <summary>Mean ROUGE-1 with stems.</summary>
    [Benchmark]
    public double Rouge1() => MeanRouge((rouge, i) => rouge.NGrams(_references[i], _hypotheses[i], 1));

    /// <summary>Mean ROUGE-2 with stems.</summary>
    [Benchmark]
    public double Rouge2() => MeanRouge((rouge, i) => rouge.NGrams(_references[i], _hypotheses[i], 2));

    /// <summary>Mean ROUGE-L with stems.</summary>
    [Benchmark]
    public double RougeL() => MeanRouge((rouge, i) => rouge.Longest(_references[i], _hypotheses[i]));

    /// <summary>Mean ROUGE-Lsum with stems.</summary>
    [Benchmark]
    public double RougeLsum() => MeanRouge((rouge, i) => rouge.LongestOfSummary(_references[i], _hypotheses[i]));

    private static double MeanRouge(Func<Rouge, int, RougeScore> score)
    {
        var rouge = new Rouge(stemming: true);
        double sum = 0;
        for (int i = 0; i < Segments; i++)
        {
            sum += score(rouge, i).F1;
        }
        return 100 * sum / Segments;
    }
}
