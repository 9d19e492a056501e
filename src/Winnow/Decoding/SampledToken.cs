namespace Winnow.Decoding;

/// <summary>A token that a chain drew.</summary>
/// <param name="Token">Token id.</param>
/// <param name="LogProb">Its natural-log probability after the chain.</param>
/// <param name="Kept">Tokens that could have been drawn.</param>
/// <param name="Uniform">The number it was drawn with, so that the draw can be repeated.</param>
public readonly record struct SampledToken(int Token, double LogProb, int Kept, double Uniform);
