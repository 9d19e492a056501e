namespace Winnow.Inference.Tokenizers;

/// <summary>A token and the part of the text it covers.</summary>
/// <param name="Token">Token id.</param>
/// <param name="Begin">First code point, from 0.</param>
/// <param name="End">Code point after the last.</param>
public readonly record struct TokenOffsets(int Token, int Begin, int End);
