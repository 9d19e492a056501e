using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Winnow.Endpoints.Probing;

/// <summary>Keeps what probes found, a file for each endpoint and model.</summary>
/// <param name="folder">Where; made when something is kept.</param>
/// <param name="time">Clock of the ages; null: the system's.</param>
public sealed class ProbeStore(string folder, TimeProvider? time = null)
{
    /// <summary>How long a finding is believed: servers are updated behind their addresses.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private const string Schema = "winnow.probe/1";

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>What was found earlier; null where nothing was, where it is too old, or where the file cannot be read: then it is found again.</summary>
    /// <param name="spec">The endpoint.</param>
    /// <param name="anyAge">Whether findings are never too old.</param>
    public ProbeResult? Find(EndpointSpec spec, bool anyAge = false)
    {
        ArgumentNullException.ThrowIfNull(spec);
        try
        {
            string path = PathOf(spec);
            if (!File.Exists(path))
            {
                return null;
            }
            ProbeFile? file = JsonSerializer.Deserialize(File.ReadAllBytes(path), ProbeJson.Default.ProbeFile);
            bool isOurs = file is { Schema: Schema } && file.Endpoint == spec.ToString();
            return isOurs && (anyAge || _time.GetUtcNow() - file!.Found < Lifetime) ? file!.Result : null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps a finding.</summary>
    public void Keep(EndpointSpec spec, ProbeResult result)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(result);
        Directory.CreateDirectory(folder);
        ProbeFile file = new(Schema, spec.ToString(), _time.GetUtcNow(), result);
        File.WriteAllBytes(PathOf(spec), JsonSerializer.SerializeToUtf8Bytes(file, ProbeJson.Default.ProbeFile));
    }

    private string PathOf(EndpointSpec spec) =>
        Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(spec.ToString())))[..32] + ".json");
}

/// <summary>What a file of a <see cref="ProbeStore"/> holds.</summary>
internal sealed record ProbeFile(string Schema, string Endpoint, DateTimeOffset Found, ProbeResult Result);

[JsonSerializable(typeof(ProbeFile))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, IgnoreReadOnlyProperties = true)]
internal sealed partial class ProbeJson : JsonSerializerContext;
