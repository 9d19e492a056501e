using Winnow.Budgets;
using Winnow.Embedded;
using Winnow.Endpoints;
using Winnow.Endpoints.Probing;
using Winnow.Inference;
using Winnow.Inference.PromptCaching;
using Winnow.Models;
using Winnow.Rendering;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Cli.Sources;

/// <summary>Opens models by bundled name, folder or GGUF file, each once, and closes them together.</summary>
internal sealed class ModelShelf : IDisposable
{
    /// <summary>Kind of the bundled models that draw.</summary>
    public const string Generator = "generator";

    private readonly PromptCache? _prompts;
    private readonly Dictionary<string, ILanguageModel> _open = new(StringComparer.Ordinal);
    private readonly List<OpenAIEndpoint> _endpoints = [];

    /// <param name="promptFolder">Where prompts are kept between runs; null: nowhere.</param>
    /// <param name="shell">Where is said what goes wrong with them.</param>
    /// <exception cref="RequestException">The folder cannot be made.</exception>
    public ModelShelf(string? promptFolder, Shell shell) =>
        _prompts = promptFolder is null ? null : RequestException.Reading(() => new PromptCache(promptFolder, warn: shell.Error.WriteLine, time: shell.Time));

    /// <summary>A shelf whose models keep no prompts.</summary>
    public ModelShelf()
    {
    }

    /// <summary>Bundled models that draw.</summary>
    public static IReadOnlyList<string> Names { get; } = Manifest.OrNull is { } manifest
        ? [.. manifest.Models.Where(model => model.Value.Kind == Generator).Select(model => model.Key)]
        : [];

    /// <summary>The model where none is named.</summary>
    public static string DefaultName => Manifest.OrNull?.DefaultModel ?? "embedded";

    /// <summary>What draws: a model that runs here, or one behind an endpoint.</summary>
    /// <param name="name">What <c>--model</c> said.</param>
    /// <param name="request">What was said about endpoints.</param>
    /// <param name="run">Pays for asking an endpoint that is not known yet what it can do; null: it is not asked.</param>
    /// <param name="shell">Environment, and where findings are kept.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <param name="anyAge">Whether findings are believed however old they are: a run that is gone on with must not become another one.</param>
    /// <exception cref="RequestException">There is no such model, or it cannot be opened.</exception>
    public async Task<DrawingModel> OpenDrawingAsync(string? name, SpendingRequest request, RunBudget? run, Shell shell, CancellationToken cancellationToken, bool anyAge = false)
    {
        if (name is null || !EndpointSpec.IsEndpoint(name))
        {
            return new LocalModel(Open(name));
        }
        // Who asks nothing needs no key.
        OpenAIEndpoint endpoint = OpenEndpoint(name, request.Endpoint, run is null ? WithAnyKey(name, shell) : shell);
        ProbeResult? found = EndpointShelf.Findings(shell).Find(endpoint.Spec, anyAge);
        if (found is null && run is not null)
        {
            found = await ProbeAsync(endpoint, request.Prices, run, shell, cancellationToken).ConfigureAwait(false);
        }
        return new RemoteModel(endpoint, found?.Capabilities, request);
    }

    /// <summary>An endpoint.</summary>
    /// <exception cref="RequestException">The name is wrong, or the key is missing or would travel unencrypted.</exception>
    public OpenAIEndpoint OpenEndpoint(string name, EndpointOptions options, Shell shell)
    {
        OpenAIEndpoint endpoint = EndpointShelf.Open(name, options, shell);
        _endpoints.Add(endpoint);
        return endpoint;
    }

    /// <summary>A model.</summary>
    /// <param name="name">A bundled name, a folder or a GGUF file; null: the default one.</param>
    /// <exception cref="RequestException">There is no such model, or its files cannot be read.</exception>
    public ILanguageModel Open(string? name)
    {
        ILanguageModel model = OpenAny(name ?? Manifest.Required.DefaultModel);
        return model is DecoderModel { Classifier: not null }
            ? throw new RequestException($"{model.Info.Name} scores steps and cannot draw. Use it as --scorer prm:{name}, or choose one of {string.Join(", ", Names)}.")
            : model;
    }

    /// <summary>A process reward model.</summary>
    /// <param name="name">A bundled name, a folder or a GGUF file.</param>
    /// <exception cref="RequestException">There is no such model, its files cannot be read, or it has no head that scores steps.</exception>
    public DecoderModel OpenRewardModel(string name) => OpenAny(name) is DecoderModel { Classifier: not null } model
        ? model
        : throw new RequestException($"{name} draws text and scores no steps. Use it as --scorer logprob:{name}, or name a LlamaForTokenClassification checkpoint after prm:.");

    private static Shell WithAnyKey(string name, Shell shell) => name.Contains("@http://", StringComparison.OrdinalIgnoreCase)
        ? shell
        : shell with { Variable = variable => shell.Variable(variable) is { Length: > 0 } value ? value : "none" };

    private static async Task<ProbeResult> ProbeAsync(OpenAIEndpoint endpoint, TokenPrices? prices, RunBudget run, Shell shell, CancellationToken cancellationToken)
    {
        Lease lease;
        try
        {
            _ = run.Over(new Ledger(Budget.Unlimited)).TryReserve(OpenAIEndpoint.ProbeAtMost(prices), out lease);
        }
        catch (OperationCanceledException)
        {
            throw new RequestException($"The caps leave no room for finding out what {endpoint.Spec} can do. Raise them, or do that first: winnow models {endpoint.Spec}.");
        }
        using (lease)
        {
            ProbeResult found = await EndpointShelf.ProbeAsync(endpoint, anew: false, shell, cancellationToken).ConfigureAwait(false);
            lease.Settle(new Usage
            {
                Calls = found.Requests,
                PromptTokens = found.PromptTokens,
                TokensGenerated = found.TokensGenerated,
                Cost = prices?.CostOf(found.PromptTokens, found.TokensGenerated) ?? 0,
            });
            return found;
        }
    }

    private ILanguageModel OpenAny(string name)
    {
        if (_open.TryGetValue(name, out ILanguageModel? known))
        {
            return known;
        }
        DecoderModel model = RequestException.Reading(() => DecoderModel.Load(PathOf(name)));
        model.PromptCache = _prompts;
        _open.Add(name, model);
        return model;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ILanguageModel model in _open.Values)
        {
            model.Dispose();
        }
        foreach (OpenAIEndpoint endpoint in _endpoints)
        {
            endpoint.Dispose();
        }
    }

    /// <summary>The folder or file of a model.</summary>
    /// <param name="name">A bundled name, a folder or a GGUF file.</param>
    /// <exception cref="RequestException">There is no such model.</exception>
    public static string PathOf(string name)
    {
        if (EndpointSpec.IsEndpoint(name))
        {
            throw new RequestException($"{name} is an endpoint; here a model is needed that runs on this machine: {string.Join(", ", Names)}, or a folder.");
        }
        if (Manifest.OrNull?.Models.ContainsKey(name) == true)
        {
            return EmbeddedModels.FolderOf(name);
        }
        if (Directory.Exists(name) || File.Exists(name))
        {
            return name;
        }
        bool isFile = name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase);
        bool isPath = name.Contains('/', StringComparison.Ordinal) || name.Contains('\\', StringComparison.Ordinal) || name.StartsWith('.');
        throw new RequestException(isPath || isFile
            ? $"There is no {(isFile ? "file" : "folder")} \"{name}\". A model is a bundled name ({string.Join(", ", Names)}), a folder with config.json, *.safetensors and tokenizer.json, or a GGUF file."
            : ErrorText.UnknownName("model", name, Names, "winnow models"));
    }
}
