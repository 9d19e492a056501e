using Winnow.Decoding;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Drawing of tokens against its definition.</summary>
public sealed class TokenSamplerRows : IConformanceRows
{
    public string Family => "decoding";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["inverse_cdf"] = row => new
        {
            token = TokenSampler.Draw([.. row.Input.Doubles("logits").Select(l => (float)l)], 1, row.Input.Number("uniform")).Token,
        },
    };
}
