namespace Winnow.Inference.Tokenizers;

/// <summary>A token that is recognised in the text before anything else.</summary>
/// <param name="Id">Token id.</param>
/// <param name="Content">Its text.</param>
/// <param name="IsSpecial">Whether it stands for no text: begin, end, padding, roles.</param>
/// <param name="IsNormalized">Whether it is sought after the others, in the normalised text.</param>
/// <param name="IsSingleWord">Whether it counts only between characters that are no part of a word.</param>
/// <param name="StripsLeft">Whether it takes the white space before it.</param>
/// <param name="StripsRight">Whether it takes the white space after it.</param>
internal sealed record AddedToken(
    int Id, string Content, bool IsSpecial, bool IsNormalized, bool IsSingleWord, bool StripsLeft, bool StripsRight);
