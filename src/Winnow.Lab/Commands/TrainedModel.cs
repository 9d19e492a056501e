using Winnow.Torch.Models;
using Winnow.Torch.Training;
using Vocabulary = Winnow.Inference.Tokenizers.ModelTokenizer;

namespace Winnow.Lab.Commands;

/// <summary>A training checkpoint with its tokenizer.</summary>
internal sealed record TrainedModel(string Checkpoint, string TokenizerFile, Vocabulary Vocabulary, SpecialTokens Special, CheckpointInfo Info)
{
    /// <summary>Finds what belongs to a checkpoint.</summary>
    /// <param name="checkpoint">Folder of the checkpoint.</param>
    /// <param name="tokenizer">Its tokenizer; null: the one in the folder of the run, two above.</param>
    public static TrainedModel Find(string checkpoint, string? tokenizer)
    {
        CheckpointInfo info = CheckpointStore.ReadInfo(checkpoint);
        string file = tokenizer ?? Path.Combine(Path.GetFullPath(checkpoint), "..", "..", "tokenizer.json");
        if (!File.Exists(file))
        {
            throw new ArgumentException($"There is no tokenizer at {Path.GetFullPath(file)}; name it with --tokenizer.");
        }
        Vocabulary vocabulary = Vocabulary.Load(file);
        return vocabulary.Size == info.Shape.VocabularySize
            ? new TrainedModel(checkpoint, file, vocabulary, FindSpecial(vocabulary), info)
            : throw new ArgumentException($"{checkpoint} has {info.Shape.VocabularySize} tokens and {file} has {vocabulary.Size}; name the tokenizer it was trained with.");
    }

    /// <summary>The special tokens of a tokenizer that <see cref="FamilyTokenizer"/> trained.</summary>
    public static SpecialTokens FindSpecial(Vocabulary vocabulary)
    {
        int Id(string name) => vocabulary.TryFind(name, out int id) ? id : throw new WinnowException($"The tokenizer has no token {name}; use one that winnow-lab trained.");
        return new SpecialTokens(Id(FamilyTokenizer.BeginToken), Id(FamilyTokenizer.EndToken), Id(FamilyTokenizer.PaddingToken));
    }

    /// <summary>A decoder with the checkpoint's weights.</summary>
    public LlamaDecoder LoadDecoder()
    {
        LlamaDecoder model = new(Info.Shape);
        CheckpointStore.RestoreWeights(Checkpoint, model);
        return model;
    }
}
