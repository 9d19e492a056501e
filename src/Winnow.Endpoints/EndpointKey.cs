using System.Net;

namespace Winnow.Endpoints;

/// <summary>Finds the key of an endpoint, and refuses to send it where others could read it.</summary>
internal static class EndpointKey
{
    /// <summary>What is sent where an endpoint needs no key: servers of one's own ignore it.</summary>
    private const string None = "none";

    /// <summary>The key.</summary>
    /// <exception cref="ArgumentException">It is not set for OpenAI's service, or it would travel without encryption.</exception>
    public static string Of(EndpointSpec spec, EndpointOptions options, Func<string, string?> variable)
    {
        string? key = variable(options.KeyVariable)?.Trim();
        if (string.IsNullOrEmpty(key))
        {
            return spec.IsOpenAI
                ? throw new ArgumentException($"{spec.Url.Host} needs a key and {options.KeyVariable} is not set. Set it in the environment, or name another variable.")
                : None;
        }
        bool isOpen = spec.Url.Scheme == Uri.UriSchemeHttp && !IsThisMachine(spec.Url);
        return isOpen && !options.AllowsKeyOverPlainHttp
            ? throw new ArgumentException(
                $"The key in {options.KeyVariable} would be sent to {spec.Url.Host} without encryption. Use https://, unset {options.KeyVariable}, or allow it (--allow-plain-http) where the network is trusted.")
            : key;
    }

    private static bool IsThisMachine(Uri url) =>
        url.IsLoopback || (IPAddress.TryParse(url.Host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
