using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Winnow.Cli.Sources;
using Winnow.Decoding;
using Winnow.Decoding.Generation;

namespace Winnow.Cli.Verbs;

/// <summary>The options of <c>winnow generate</c>.</summary>
internal sealed class GenerateOptions
{
    private const int UsualCandidates = 5;

    private readonly Option<string?> _prompt = new("--prompt", "-p") { Description = "Text that the model continues, as it is.", HelpName = "TEXT" };
    private readonly Option<string?> _promptFile = new("--prompt-file") { Description = "File with that text; - is standard input.", HelpName = "FILE" };
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string?> _sampler = new("--sampler")
    {
        Description = "Stages between the logits and the draw, in their order, such as typical:0.95,temperature:0.8; or a preset: "
            + $"{string.Join(", ", SamplerPresets.Names)}. Default: the model's own distribution.",
        HelpName = "CHAIN",
    };

    private readonly Option<double?> _temperature = new("--temperature", "-t") { Description = "Short for --sampler temperature:T; 0 takes the most probable token.", HelpName = "T" };
    private readonly Option<string?> _decoding = new("--decoding")
    {
        Description = $"A search or a joint draw in place of drawing token by token: {string.Join(", ", DecodingMethod.Usages)}.",
        HelpName = "METHOD",
    };

    private readonly Option<string?> _draft = new("--draft") { Description = "Quicker model with the same vocabulary that drafts for --decoding speculative.", HelpName = "MODEL" };
    private readonly Option<int> _samples = new("-n", "--samples") { Description = "How many texts.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<int?> _maxTokens = new("--max-tokens") { Description = "Most tokens of one text. Default: 256, or what the context leaves.", HelpName = "TOKENS" };
    private readonly Option<string[]> _stop = new("--stop") { Description = "Text that ends a sample and is not part of it; may be repeated.", HelpName = "TEXT", DefaultValueFactory = _ => [] };
    private readonly Option<string?> _regex = new("--regex") { Description = "Regular expression that the whole text must match.", HelpName = "PATTERN" };
    private readonly Option<string?> _schema = new("--json-schema") { Description = "File with a JSON schema that the text must be valid under.", HelpName = "FILE" };
    private readonly Option<string?> _grammar = new("--grammar") { Description = "File with a grammar (llama.cpp's GBNF) that the text must belong to.", HelpName = "FILE" };
    private readonly Option<int?> _candidates = new("--show-candidates")
    {
        Description = $"Show for each token the K most probable before and after each stage. Default of K: {UsualCandidates}.",
        HelpName = "K",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = ParseCandidates,
    };

    private readonly Option<string?> _prompts = CommonOptions.PromptCache();
    private readonly Option<ulong> _seed = CommonOptions.Seed(CompareDefaults.Current.Seed);
    private readonly Option<bool> _json = CommonOptions.Json();

    public GenerateOptions()
    {
        _sampler.CompletionSources.Add([.. SamplerPresets.Names]);
        _decoding.CompletionSources.Add([.. DecodingMethod.Names]);
    }

    /// <summary>All of them, in the order of the help.</summary>
    public IReadOnlyList<Option> All =>
        [_prompt, _promptFile, _model, _sampler, _temperature, _decoding, _draft, _samples, _maxTokens, _stop, _regex, _schema, _grammar, _candidates, _seed, _prompts, _json];

    /// <summary>The request that a command line makes.</summary>
    public GenerateRequest Read(ParseResult parsed) => new()
    {
        Prompt = parsed.GetValue(_prompt),
        PromptFile = parsed.GetValue(_promptFile),
        Model = parsed.GetValue(_model),
        Sampler = parsed.GetValue(_sampler),
        Temperature = parsed.GetValue(_temperature),
        Decoding = parsed.GetValue(_decoding),
        Draft = parsed.GetValue(_draft),
        Samples = parsed.GetValue(_samples),
        MaxTokens = parsed.GetValue(_maxTokens),
        Stop = parsed.GetValue(_stop) ?? [],
        Constraint = new ConstraintSource(parsed.GetValue(_regex), parsed.GetValue(_schema), parsed.GetValue(_grammar)),
        Candidates = parsed.GetValue(_candidates),
        Seed = parsed.GetValue(_seed),
        PromptFolder = parsed.GetValue(_prompts),
        Json = parsed.GetValue(_json),
    };

    private static int? ParseCandidates(ArgumentResult result)
    {
        if (result.Tokens is not [var only])
        {
            return UsualCandidates;
        }
        if (int.TryParse(only.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0)
        {
            return count;
        }
        result.AddError($"--show-candidates is \"{only.Value}\"; it is the number of tokens shown for each stage, at least 1.");
        return null;
    }
}
