namespace Winnow.Inference.Tokenizers.Models;

/// <summary>A token of a piece and how many bytes of the piece it covers.</summary>
internal readonly record struct PieceToken(int Id, int Length);
