using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Winnow.Budgets;
using Winnow.Embedded;
using Winnow.Search;
using Winnow.Search.Chat;
using Winnow.Tasks.Answers;

namespace Winnow.Tests.Guides;

/// <summary>The guide "in your program": every block compiled and run as it is shown.</summary>
public sealed class InYourProgramTests
{
    private const string Guide = "in-your-program.md";

    [Fact]
    public void The_guide_shows_the_programs_that_are_run_here()
    {
        string source = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tests", "Winnow.Tests", "Guides", "InYourProgramTests.cs"));
        Assert.All(GuideText.Blocks(Guide, "csharp"), block => Assert.Equal(GuideText.Shown(source, block.Key), block.Value));
        Assert.Equal(["majority", "usage", "streaming", "budget", "cache", "host"], GuideText.Blocks(Guide, "csharp").Keys);
    }

#pragma warning disable xUnit1051 // The programs are shown as a user would write them, without a token.
    [Fact]
    public async Task The_programs_around_one_model_run()
    {
        await using var Console = new StringWriter();

        // guide majority begins
        using IChatClient model = EmbeddedModels.OpenChatClient();
        using IChatClient better = model.AsBuilder()
            .UseMajorityVote(samples: 8, new AnswerLineKey())
            .Build();

        ChatResponse response = await better.GetResponseAsync("Sort umbrella acorn lizard delta");
        Console.WriteLine(response.Text);
        // guide majority ends
        Assert.Contains("A: ", Console.ToString(), StringComparison.Ordinal);

        // guide usage begins
        UsageDetails usage = response.Usage!;
        Console.WriteLine($"{usage.OutputTokenCount} tokens in {usage.AdditionalCounts!["winnow.calls"]} calls, {usage.AdditionalCounts["winnow.failures"]} draws without an answer");

        var search = (SearchResult)response.RawRepresentation!;
        Console.WriteLine($"{search.Why} Confidence {search.Confidence:P0}.");
        // guide usage ends
        Assert.Contains(" tokens in 8 calls, ", Console.ToString(), StringComparison.Ordinal);

        int before = Console.ToString().Length;
        // guide streaming begins
        await foreach (ChatResponseUpdate update in better.GetStreamingResponseAsync("Sort melon harbor acorn"))
        {
            Console.Write(update.Text);
        }
        // guide streaming ends
        Assert.Contains("A: ", Console.ToString()[before..], StringComparison.Ordinal);

        // guide budget begins
        using IChatClient capped = model.AsBuilder()
            .UseMajorityVote(samples: 8, new AnswerLineKey())
            .UseBudget(new Budget { MaxTokens = 2_000 }, maxAnswerTokens: 100)
            .Build();

        await capped.GetResponseAsync("Sort lizard delta");
        Console.WriteLine($"{capped.GetService<ILedger>()!.Used.TokensGenerated} of 2000 tokens");
        // guide budget ends
        Assert.InRange(capped.GetService<ILedger>()!.Used.TokensGenerated, 8, 2_000);

        // guide cache begins
        using IChatClient cached = model.AsBuilder()
            .UseMajorityVote(samples: 8, new AnswerLineKey())
            .UseDistributedCache(new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions())))
            .Build();

        ChatResponse first = await cached.GetResponseAsync("Sort lizard delta");
        ChatResponse again = await cached.GetResponseAsync("Sort lizard delta");      // draws nothing
        // guide cache ends
        Assert.Equal(first.Text, again.Text);
    }

    [Fact]
    public async Task The_application_starts_with_its_settings_and_answers()
    {
        string folder = Directory.CreateTempSubdirectory("winnow-guide-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), GuideText.Blocks(Guide, "json")["appsettings.json"]);
        try
        {
            HostIn Host = new(folder);
            // guide host begins
            HostApplicationBuilder builder = Host.CreateApplicationBuilder();
            builder.Services.AddWinnow(builder.Configuration.GetSection("Winnow"));
            builder.Services.AddChatClient(_ => EmbeddedModels.OpenChatClient()).UseWinnow();

            using IHost host = builder.Build();
            await host.StartAsync();
            ChatResponse answer = await host.Services.GetRequiredService<IChatClient>().GetResponseAsync("Sort lizard delta");
            // guide host ends
            Assert.Equal(8, answer.Usage!.AdditionalCounts!["winnow.calls"]);
            await host.StopAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
#pragma warning restore xUnit1051

    /// <summary>Begins an application in a folder with the guide's settings, as the host of its name does in the working folder.</summary>
    private sealed class HostIn(string folder)
    {
        public HostApplicationBuilder CreateApplicationBuilder()
        {
            HostApplicationBuilder builder = new(new HostApplicationBuilderSettings { DisableDefaults = true, ContentRootPath = folder });
            builder.Configuration.AddJsonFile(Path.Combine(folder, "appsettings.json"), optional: false, reloadOnChange: false);
            return builder;
        }
    }
}
