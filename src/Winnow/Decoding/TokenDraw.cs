namespace Winnow.Decoding;

/// <summary>A token that was drawn.</summary>
/// <param name="Token">Token id.</param>
/// <param name="LogProb">Its natural-log probability under the model itself, before any temperature.</param>
public readonly record struct TokenDraw(int Token, double LogProb);
