using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using Winnow.Endpoints.Probing;
using Winnow.Search;
using Winnow.Search.Chat;

namespace Winnow.Endpoints.Tests;

public sealed class ProbeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_that_the_endpoint_can_do_is_found()
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded());
        ProbeResult found = await ProbeAsync(server);
        Assert.Equal(new ChatCapabilities { HonoursSeed = true, DrawsSeveral = true, HasLogProbs = true, ContinuesAnswers = true, TellsStopText = true }, found.Capabilities);
        Assert.True(found.Capabilities.CanStep);
        Assert.Equal(server.Served.Requests, found.Requests);
        Assert.Equal(server.Served.CompletionTokens, found.TokensGenerated);
        Assert.Equal(5, found.Findings.Count);
    }

    [Fact]
    public async Task What_the_endpoint_only_pretends_is_not_believed()
    {
        await using ChatServer server = await ChatServer.StartAsync(
            ModelAnswerer.Embedded(), new ChatServerOptions { HasN = false, HasSeed = false, HasLogProbs = false, ContinuesPartialAnswers = false, SaysWhatStopped = false });
        ProbeResult found = await ProbeAsync(server);
        Assert.Equal(new ChatCapabilities(), found.Capabilities);
        Assert.Contains("does not continue", found.Capabilities.WhyNoSteps, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_answer_for_every_draw_is_noticed()
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded(), new ChatServerOptions { Faults = FaultPlan.Always(Fault.SameAnswer) });
        ProbeResult found = await ProbeAsync(server);
        Assert.False(found.Capabilities.HonoursSeed);
        Assert.Contains(found.Findings, finding => finding.StartsWith("Different seeds gave the same answer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_finding_is_kept_for_its_endpoint_until_it_is_old()
    {
        string folder = Directory.CreateTempSubdirectory("winnow-probe").FullName;
        FakeTimeProvider time = new();
        ProbeStore store = new(folder, time);
        EndpointSpec spec = EndpointSpec.Parse("openai:m@http://localhost:1/v1");
        ProbeResult result = new() { Capabilities = new ChatCapabilities { HonoursSeed = true, HasLogProbs = true }, Findings = ["Seen."], Requests = 8, PromptTokens = 9, TokensGenerated = 10 };
        Assert.Null(store.Find(spec));
        store.Keep(spec, result);
        ProbeResult read = store.Find(spec)!;
        Assert.Equal(result.Capabilities, read.Capabilities);
        Assert.Equal(result.Findings, read.Findings);
        Assert.Null(store.Find(EndpointSpec.Parse("openai:m@http://localhost:2/v1")));
        time.Advance(ProbeStore.Lifetime);
        Assert.Null(store.Find(spec));
        store.Keep(spec, result);
        await File.WriteAllTextAsync(Directory.GetFiles(folder).Single(), "{", Token);
        Assert.Null(store.Find(spec));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_refused_key_is_an_error_and_not_an_inability()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { Key = "right" });
        ChatCallException error = await Assert.ThrowsAsync<ChatCallException>(() => ProbeAsync(server));
        Assert.Equal(FailureKind.Refused, error.Kind);
    }

    private static async Task<ProbeResult> ProbeAsync(ChatServer server)
    {
        using OpenAIEndpoint endpoint = Served.Open(server);
        return await endpoint.ProbeAsync(Token);
    }
}
