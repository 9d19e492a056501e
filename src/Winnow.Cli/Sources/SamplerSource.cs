using Winnow.Decoding;
using Winnow.Decoding.Generation;
using Winnow.Decoding.Stages;
using Winnow.Models;

namespace Winnow.Cli.Sources;

/// <summary>How a user wants tokens to be chosen.</summary>
internal static class SamplerSource
{
    /// <summary>The chain of a request.</summary>
    /// <param name="text">A chain or preset as <see cref="SamplerChain.Parse"/> reads it; null: none.</param>
    /// <param name="temperature">Short for a chain of one stage; null: none.</param>
    /// <param name="constraint">Stands before all other stages; null: none.</param>
    /// <param name="model">Names the end token.</param>
    /// <exception cref="RequestException">The text is no chain, or a stage can never act.</exception>
    public static SamplerChain Chain(string? text, double? temperature, SamplerStage? constraint, ILanguageModel model)
    {
        int[] end = model.Vocabulary.EndOfSequence is { } token ? [token] : [];
        try
        {
            IEnumerable<SamplerStage> stages = text is not null ? SamplerChain.Parse(text, end).Stages : temperature is { } t ? [new Temperature(t)] : [];
            return new SamplerChain(constraint is null ? stages : stages.Prepend(constraint));
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw new RequestException(Rendering.ErrorText.Of(error), error);
        }
    }

    /// <summary>The decoding method of a request; null where tokens are drawn.</summary>
    /// <exception cref="RequestException">There is no such method, or its settings are wrong.</exception>
    /// <param name="text">As <see cref="DecodingMethod.Parse"/> reads it; null: none.</param>
    /// <param name="draft">The model that drafts; null: none.</param>
    public static DecodingMethod? Method(string? text, ILanguageModel? draft)
    {
        try
        {
            return text is null ? null : DecodingMethod.Parse(text, draft);
        }
        catch (FormatException error)
        {
            throw new RequestException(error.Message, error);
        }
    }
}
