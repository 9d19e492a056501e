using Winnow.Decoding;
using Winnow.Decoding.Generation;

namespace Winnow.Tests.Decoding;

public sealed class DecodingGuideTests
{
    public static TheoryData<string> Chains()
    {
        TheoryData<string> chains = [];
        bool isChain = false;
        foreach (string line in File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "guides", "decoding.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isChain = line == "```chain";
            }
            else if (isChain)
            {
                chains.Add(line);
            }
        }
        return chains;
    }

    [Fact]
    public void Every_stage_and_every_decoding_method_has_a_card_that_says_how_it_is_written()
    {
        string samplers = Guide("samplers.md"), decoders = Guide("decoders.md");
        Assert.All(SamplerChain.Usages, stage => Assert.Contains($"### {stage.Key}\n`{stage.Value}` ·", samplers, StringComparison.Ordinal));
        Assert.All(DecodingMethod.Usages, usage => Assert.Contains($"### {usage.Split(':', '[')[0]}\n`{usage}`", decoders, StringComparison.Ordinal));

        static string Guide(string name) => File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "guides", name)).ReplaceLineEndings("\n");
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void Every_chain_of_the_guide_can_be_read(string chain) => Assert.NotEmpty(SamplerChain.Parse(chain).Stages);
}
