namespace Winnow.Endpoints;

/// <summary>A model behind an OpenAI-compatible endpoint, as the command line names it: <c>openai:MODEL@URL</c>.</summary>
public sealed record EndpointSpec
{
    private const string Scheme = "openai:";
    private const string Example = "openai:MODEL@https://host/v1";

    private EndpointSpec(string model, Uri url) => (Model, Url) = (model, url);

    /// <summary>Name of the model at the endpoint.</summary>
    public string Model { get; }

    /// <summary>Base address; requests go to <c>chat/completions</c> below it.</summary>
    public Uri Url { get; }

    /// <summary>Whether this is OpenAI's own service, which knows some parameters by newer names only.</summary>
    internal bool IsOpenAI => Url.Host.EndsWith("openai.com", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a model's name means an endpoint.</summary>
    public static bool IsEndpoint(string? name) => name?.StartsWith(Scheme, StringComparison.Ordinal) == true;

    /// <summary>Reads a name.</summary>
    /// <param name="text"><c>openai:MODEL@URL</c>. Without a URL: OpenAI's service. A URL without a path means <c>/v1</c>.</param>
    /// <exception cref="ArgumentException">It is not such a name; the message says what is wrong with it.</exception>
    public static EndpointSpec Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        if (!IsEndpoint(text))
        {
            throw Wrong(text, "it does not begin with openai:");
        }
        string rest = text[Scheme.Length..];
        int at = rest.LastIndexOf("@http", StringComparison.OrdinalIgnoreCase);
        string model = at < 0 ? rest : rest[..at];
        if (at < 0 && (rest.Contains("://", StringComparison.Ordinal) || rest.LastIndexOf('@') > 0))
        {
            throw Wrong(text, "its address does not follow an @ and begin with http:// or https://");
        }
        if (string.IsNullOrWhiteSpace(model) || model.Any(char.IsControl))
        {
            throw Wrong(text, "it names no model");
        }
        return new EndpointSpec(model, at < 0 ? new Uri("https://api.openai.com/v1") : Address(text, rest[(at + 1)..]));
    }

    /// <summary>The name again.</summary>
    public override string ToString() => $"{Scheme}{Model}@{Url}";

    private static Uri Address(string text, string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) || url.Host.Length == 0)
        {
            throw Wrong(text, $"\"{address}\" is no address");
        }
        if (url.UserInfo.Length > 0)
        {
            // The text is not repeated: what stands there may be a secret.
            throw new ArgumentException($"The endpoint's address holds a user name or a key. Keys come only from the environment: set OPENAI_API_KEY and write {Example}.");
        }
        if (url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            throw Wrong(text, "its address has a query or a fragment");
        }
        return url.AbsolutePath == "/" ? new Uri(url, "/v1") : new Uri(url.AbsoluteUri.TrimEnd('/'));
    }

    private static ArgumentException Wrong(string text, string why) =>
        new($"\"{text}\" names no endpoint: {why}. Write {Example}, for example openai:qwen2.5-7b@http://localhost:8000/v1.");
}
