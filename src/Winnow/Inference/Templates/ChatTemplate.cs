using System.Text.Json.Nodes;

namespace Winnow.Inference.Templates;

/// <summary>What a chat template is given.</summary>
public sealed record ChatTemplateInput
{
    /// <summary>Messages, first to last: objects with <c>role</c> and <c>content</c>, and whatever else the template reads.</summary>
    public required JsonArray Messages { get; init; }

    /// <summary>Tools that the model may call; null where there are none.</summary>
    public JsonArray? Tools { get; init; }

    /// <summary>Whether the text ends where the model's answer begins.</summary>
    public bool AddGenerationPrompt { get; init; } = true;

    /// <summary>Name of the token that begins a sequence; empty where there is none.</summary>
    public string BeginOfSequence { get; init; } = "";

    /// <summary>Name of the token that ends a sequence; empty where there is none.</summary>
    public string EndOfSequence { get; init; } = "";

    /// <summary>Further variables of the template, for example <c>enable_thinking</c>; null where there are none.</summary>
    public JsonObject? Variables { get; init; }
}

/// <summary>
/// A model's chat template: the text that it reads for a conversation. The part of Jinja that templates use is
/// interpreted within limits on steps, nesting and length; what is not supported is an error that names it and where
/// it stands. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Blocks are trimmed and left-stripped, and <c>tojson</c> leaves characters beyond ASCII as they are, as model hubs
/// render templates. Nothing outside of the given values can be reached.
/// </remarks>
public sealed class ChatTemplate
{
    private const int MaxLength = 1 << 20;

    private readonly IReadOnlyList<TemplateStatement> _body;
    private readonly TemplateOptions _options;

    private ChatTemplate(IReadOnlyList<TemplateStatement> body, TemplateOptions options)
    {
        _body = body;
        _options = options;
    }

    /// <summary>Reads a template.</summary>
    /// <param name="source">Its text, at most 1,048,576 UTF-16 units.</param>
    /// <param name="options">Limits; null: the usual ones.</param>
    /// <exception cref="WinnowException">The text is broken or asks for what is not supported; the message names line and column.</exception>
    public static ChatTemplate Parse(string source, TemplateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Length > MaxLength
            ? throw new WinnowException($"The chat template has {source.Length} characters; at most {MaxLength} are allowed.")
            : new ChatTemplate(TemplateParser.Parse(source), options ?? new TemplateOptions());
    }

    /// <summary>The text that the model reads.</summary>
    /// <param name="input">The conversation.</param>
    /// <exception cref="WinnowException">The template refuses the conversation, goes beyond a limit, or does what its values do not allow; the message names line and column.</exception>
    public string Render(ChatTemplateInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var globals = new TemplateScope(null);
        foreach ((string name, TemplateFunction function) in TemplateFunctions.All)
        {
            globals[name] = function;
        }
        foreach ((string name, JsonNode? value) in input.Variables ?? [])
        {
            globals[name] = TemplateValues.FromJson(value);
        }
        globals["messages"] = TemplateValues.FromJson(input.Messages);
        globals["tools"] = TemplateValues.FromJson(input.Tools);
        globals["add_generation_prompt"] = input.AddGenerationPrompt;
        globals["bos_token"] = input.BeginOfSequence;
        globals["eos_token"] = input.EndOfSequence;
        var run = new TemplateRun(_options) { Scope = new TemplateScope(globals) };
        _ = TemplateStatement.Run(_body, run);
        return run.Output.ToString();
    }
}
