using System.Text;
using CsCheck;
using Winnow.Inference.Tokenizers;
using Winnow.Numerics;
using Winnow.Tasks.Families;
using Winnow.Torch.Training;
using Xunit;

namespace Winnow.Torch.Tests.Training;

public sealed class FamilyTokenizerTests : IDisposable
{
    private static readonly LearnedVocabulary Learned = FamilyTokenizer.Train(seed: 1, examplesPerLevel: 50);

    private readonly string path = Path.GetTempFileName();
    private readonly ModelTokenizer vocabulary;

    public FamilyTokenizerTests()
    {
        TokenizerFile.Write(Learned, path);
        vocabulary = ModelTokenizer.Load(path);
    }

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Added_tokens_come_first_then_bytes_then_merges()
    {
        Assert.Equal(Learned.Size, vocabulary.Size);
        Assert.InRange(Learned.Size, 500, FamilyTokenizer.RequestedSize);
        string[] added = ["<|pad|>", "<|begin|>", "<|end|>", "[steps]", "[direct]", "[judge]", "[fill]", "[demo]"];
        for (int id = 0; id < added.Length; id++)
        {
            Assert.Equal([id], vocabulary.Encode(added[id]));
            Assert.Equal(id < 3, vocabulary.IsSpecial(id));
        }
        for (int value = 0; value < 256; value++)
        {
            Assert.Equal([(byte)value], vocabulary.Bytes(8 + value).ToArray());
        }
    }

    [Fact]
    public void Every_word_of_the_families_is_one_token() =>
        Assert.All(ClosedVocabulary.AllWords, word => Assert.Single(vocabulary.Encode(" " + word)));

    [Fact]
    public void Any_text_comes_back() =>
        Gen.String.Sample(text =>
        {
            // What is no Unicode text, half a surrogate pair, is read as the replacement character.
            string valid = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            return vocabulary.Decode(vocabulary.Encode(text), skipSpecialTokens: false) == valid;
        });

    [Fact]
    public void Generated_text_has_one_token_a_piece_and_may_be_cut_after_the_prompt()
    {
        SplitMix64 random = new(8);
        foreach (ITaskFamily family in TaskFamilies.All)
        {
            foreach (int level in family.Levels)
            {
                GeneratedExample example = family.Generate(level, random);
                string prompt = PromptFormat.Prompt(AnswerMode.Steps, example.Question, example);
                string solution = PromptFormat.Solution(AnswerMode.Steps, example);
                int[] whole = vocabulary.Encode(prompt + solution);
                Assert.Equal(whole, vocabulary.Encode(prompt).Concat(vocabulary.Encode(solution)));
                Assert.Equal(prompt + solution, vocabulary.Decode(whole));
                // An added token stands for three pieces: two brackets and what is between.
                Assert.Equal(PromptFormat.Pieces(prompt + solution).Count() - 4, whole.Length);
            }
        }
    }

    [Fact]
    public void The_same_seed_learns_the_same_file()
    {
        string again = Path.GetTempFileName();
        TokenizerFile.Write(FamilyTokenizer.Train(seed: 1, examplesPerLevel: 50), again);
        Assert.Equal(File.ReadAllText(path), File.ReadAllText(again));
        File.Delete(again);
    }

    [Fact]
    public void The_most_frequent_pair_is_merged_first()
    {
        BytePairTrainer trainer = new();
        trainer.Add("low", 5);
        trainer.Add("lower", 2);
        trainer.Add("newest", 6);
        trainer.Add("widest", 3);
        // The worked example of Sennrich et al. (2016) without its end-of-word mark: es and st both occur 9 times, es comes first in byte order.
        LearnedVocabulary learned = trainer.Train(3 + 256, [], []);
        Assert.Equal(["es", "est", "lo"], learned.Merges.Select(merge => Encoding.UTF8.GetString([.. merge.Left, .. merge.Right])));
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Train(255, [], []));
    }
}
