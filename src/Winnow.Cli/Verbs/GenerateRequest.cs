using Winnow.Cli.Sources;

namespace Winnow.Cli.Verbs;

/// <summary>What <c>winnow generate</c> was asked for.</summary>
internal sealed record GenerateRequest
{
    /// <summary>Longest prompt that is read from a file. Unit: UTF-16 units.</summary>
    private const int MostPromptCharacters = 16 << 20;

    public string? Prompt { get; init; }

    public string? PromptFile { get; init; }

    public string? Model { get; init; }

    public string? Sampler { get; init; }

    public double? Temperature { get; init; }

    public string? Decoding { get; init; }

    /// <summary>Model that drafts for speculative decoding.</summary>
    public string? Draft { get; init; }

    public required ConstraintSource Constraint { get; init; }

    public required IReadOnlyList<string> Stop { get; init; }

    public int Samples { get; init; } = 1;

    public int? MaxTokens { get; init; }

    /// <summary>Top tokens shown for each stage; null: none.</summary>
    public int? Candidates { get; init; }

    public ulong Seed { get; init; }

    /// <summary>Where prompts are kept between runs; null: nowhere.</summary>
    public string? PromptFolder { get; init; }

    public bool Json { get; init; }

    /// <summary>The text that the model continues.</summary>
    /// <exception cref="RequestException">It cannot be read, or is empty.</exception>
    public string ReadPrompt(Shell shell)
    {
        string text = Prompt?.ReplaceLineEndings("\n") ?? TextFile.Read(PromptFile!, shell, MostPromptCharacters);
        return text.Length > 0 ? text : throw new RequestException("The prompt is empty; give the text that the model should continue.");
    }

    /// <summary>What is wrong with it, so far as can be said without a model; null where nothing is.</summary>
    public string? Fault() => this switch
    {
        { Prompt: null, PromptFile: null } or { Prompt: not null, PromptFile: not null } => "Give the text to continue either with --prompt or with --prompt-file (- is standard input).",
        { Sampler: not null, Temperature: not null } => "--temperature is short for --sampler temperature:T. Give one of both, or put the temperature into the sampler.",
        { Constraint.Count: > 1 } => "--regex, --json-schema and --grammar exclude each other; a text is held to one language.",
        { Draft: not null, Decoding: null } => "--draft names the model that drafts for --decoding speculative; give that too.",
        { Draft: null, Decoding: { } method } when method.StartsWith("speculative", StringComparison.Ordinal) => "--decoding speculative needs a quicker model that drafts, with the same vocabulary: give --draft MODEL.",
        { Samples: < 1 } => $"-n is {Samples}; it must be at least 1.",
        { MaxTokens: < 1 } => $"--max-tokens is {MaxTokens}; it must be at least 1.",
        _ when Stop.Contains("", StringComparer.Ordinal) => "--stop is empty and would end every text at once.",
        _ => null,
    };
}
