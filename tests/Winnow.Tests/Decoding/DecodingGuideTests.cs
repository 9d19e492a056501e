using Winnow.Decoding;

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

    [Theory]
    [MemberData(nameof(Chains))]
    public void Every_chain_of_the_guide_can_be_read(string chain) => Assert.NotEmpty(SamplerChain.Parse(chain).Stages);
}
