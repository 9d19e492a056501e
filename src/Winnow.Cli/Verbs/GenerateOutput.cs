using Winnow.Budgets;
using Winnow.Cli.Documents;
using Winnow.Decoding.Generation;
using Winnow.Models;
using Winnow.Rendering;

namespace Winnow.Cli.Verbs;

/// <summary>What is known when a generation is over.</summary>
internal sealed record GenerationSummary
{
    public required string Model { get; init; }

    public required string Prompt { get; init; }

    public required Usage Usage { get; init; }

    public required double WallSeconds { get; init; }
}

/// <summary>Shows generated texts: a single one as it grows, several when they are done, or all as one document.</summary>
internal sealed class GenerateOutput
{
    private readonly GenerateRequest _request;
    private readonly GenerationOptions _options;
    private readonly CandidateView _view;
    private readonly Shell _shell;
    private readonly List<GeneratedToken>[] _tokens;
    private readonly List<DecodedText> _found = [];

    public GenerateOutput(GenerateRequest request, GenerationOptions options, IVocabulary vocabulary, Shell shell)
    {
        _request = request;
        _options = options;
        _view = new CandidateView(vocabulary);
        _shell = shell;
        _tokens = [.. Enumerable.Range(0, request.Decoding is null ? request.Samples : 0).Select(_ => new List<GeneratedToken>())];
    }

    /// <summary>Tokens generated so far.</summary>
    public long TokensGenerated => _tokens.Sum(sample => (long)sample.Count) + _found.Sum(text => (long)text.Tokens.Length);

    private bool IsStreaming => !_request.Json && _tokens.Length == 1;

    /// <summary>Takes tokens as they are drawn.</summary>
    public void Draw(IEnumerable<GeneratedToken> stream)
    {
        foreach (GeneratedToken token in stream)
        {
            _tokens[token.Sample].Add(token);
            if (IsStreaming)
            {
                ShowToken(token);
            }
        }
    }

    /// <summary>Takes whole texts.</summary>
    public void Add(IReadOnlyList<DecodedText> texts) => _found.AddRange(texts);

    /// <summary>Shows what has not been shown yet.</summary>
    public void Finish(GenerationSummary summary)
    {
        List<GeneratedToken>[] finished = [.. _tokens.Where(IsFinished)];
        int unfinished = _request.Samples - finished.Length - _found.Count;
        if (_request.Json)
        {
            WriteDocument(summary, finished, _request.Decoding is null ? unfinished : 0);
            return;
        }
        if (IsStreaming)
        {
            _shell.Output.WriteLine();
            Note([_tokens[0]]);
            return;
        }
        for (int i = 0; i < finished.Length; i++)
        {
            Head(i, finished.Length);
            ShowSample(finished[i]);
        }
        Note(finished);
        for (int i = 0; i < _found.Count; i++)
        {
            Head(i, _found.Count);
            _shell.Output.WriteLine(SafeText.Plain(_found[i].Text));
        }
        if (_found.Count > 0 && _found.All(text => text.Drafts is not null))
        {
            (int rounds, int drafted, int accepted) = (_found.Sum(text => text.Drafts!.Rounds), _found.Sum(text => text.Drafts!.Drafted), _found.Sum(text => text.Drafts!.Accepted));
            _shell.Error.WriteLine($"winnow: {accepted} of {drafted} drafted tokens were accepted; {_found.Sum(text => text.Tokens.Length)} tokens took {rounds} passes of the model.");
        }
        if (unfinished > 0 && _request.Decoding is null)
        {
            _shell.Error.WriteLine($"winnow: {unfinished} of {_request.Samples} samples were not finished when it was stopped.");
        }
        else if (unfinished > 0 && _found.Count > 0)
        {
            _shell.Error.WriteLine($"winnow: {_found.Count} texts were found of the {_request.Samples} asked for.");
        }
    }

    private static bool IsFinished(List<GeneratedToken> sample) => sample is [.., { Finish: not null }];

    private void Head(int index, int count)
    {
        if (count > 1)
        {
            _shell.Output.WriteLine($"{(index == 0 ? "" : "\n")}# {index + 1}");
        }
    }

    private void ShowToken(GeneratedToken token)
    {
        if (_request.Candidates is not null)
        {
            _view.Write(_shell.Output, token, _tokens[0].Count);
        }
        else
        {
            _shell.Output.Write(SafeText.Plain(token.Text));
            _shell.Output.Flush();
        }
        if (token.Finish is not null && _request.Candidates is not null)
        {
            _shell.Output.WriteLine();
            _shell.Output.Write(SafeText.Plain(TextOf(_tokens[0])));
        }
    }

    private void ShowSample(List<GeneratedToken> sample)
    {
        if (_request.Candidates is not null)
        {
            for (int i = 0; i < sample.Count; i++)
            {
                _view.Write(_shell.Output, sample[i], i + 1);
            }
            _shell.Output.WriteLine();
        }
        _shell.Output.WriteLine(SafeText.Plain(TextOf(sample)));
    }

    // One line for each way of ending early, however many samples ended so.
    private void Note(List<GeneratedToken>[] samples)
    {
        string early = _request.Constraint.Count > 0 ? ", before the text was complete" : "";
        foreach (IGrouping<string, int> ended in samples.Select((sample, i) => (Why: WhyEarly(sample), Number: i + 1)).Where(s => s.Why is not null).GroupBy(s => s.Why!, s => s.Number))
        {
            string which = ended.Count() == 1 ? $"sample {ended.First()} was" : $"{ended.Count()} of {samples.Length} samples were";
            _shell.Error.WriteLine($"winnow: {which} {ended.Key}{early}.");
        }
    }

    private string? WhyEarly(List<GeneratedToken> sample) => sample is not [.., { Finish: { } finish }] ? "not finished when it was stopped" : finish switch
    {
        FinishReason.MaxTokens => $"cut at {_options.MaxTokens} tokens (--max-tokens)",
        FinishReason.ContextFull => "cut where the model's context is full",
        _ => null,
    };

    private static string TextOf(List<GeneratedToken> sample) => string.Concat(sample.Select(token => token.Text));

    private void WriteDocument(GenerationSummary summary, List<GeneratedToken>[] finished, int unfinished) => JsonOutput.Write(_shell.Output, new GenerateDocument
    {
        Model = summary.Model,
        Prompt = summary.Prompt,
        Sampler = _options.Chain.ToString(),
        Decoding = _request.Decoding,
        Seed = _request.Seed,
        Results = [.. finished.Select(Document), .. _found.Select(text =>
            new GeneratedDocument(text.Text, text.Finish, text.Tokens.Length, text.Tokens, text.LogProb, ChainLogProb: null, text.Score, Steps: null) { Drafts = text.Drafts })],
        Unfinished = unfinished,
        Usage = UsageDocument.Of(summary.Usage),
        WallSeconds = summary.WallSeconds,
    });

    private GeneratedDocument Document(List<GeneratedToken> sample) => new(
        TextOf(sample),
        sample[^1].Finish!.Value,
        sample.Count,
        [.. sample.Select(token => token.Token)],
        sample.Sum(token => token.LogProb),
        sample.Sum(token => token.ChainLogProb),
        Score: null,
        _request.Candidates is null ? null : [.. sample.Select(token => new StepDocument(
            token.Token, _view.TextOf(token.Token), Math.Exp(token.LogProb), Math.Exp(token.ChainLogProb), [.. token.Stages!.Select(stage => StageDocument.Of(stage, _view.TextOf))]))]);
}
