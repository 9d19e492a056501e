using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Winnow.Endpoints.Tests.Server;

public sealed class ChatServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_model_answers_by_its_seed_with_counts_and_log_probabilities()
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded());
        using HttpClient client = new();
        JsonNode body = Body(seed: 5);
        body["logprobs"] = true;
        body["top_logprobs"] = 3;
        body["n"] = 2;
        JsonElement first = await AskAsync(client, server, body);
        JsonElement again = await AskAsync(client, server, body);
        JsonElement other = await AskAsync(client, server, Body(seed: 6));

        Assert.Equal(Text(first), Text(again));
        Assert.NotEqual(Text(first), Text(other));
        JsonElement[] choices = [.. first.GetProperty("choices").EnumerateArray()];
        Assert.Equal(2, choices.Length);
        JsonElement[] tokens = [.. choices[0].GetProperty("logprobs").GetProperty("content").EnumerateArray()];
        Assert.Equal(Text(first), string.Concat(tokens.Select(token => token.GetProperty("token").GetString())));
        Assert.All(tokens, token => Assert.Equal(3, token.GetProperty("top_logprobs").GetArrayLength()));
        Assert.Equal(3, server.Served.Requests);
        long told = new[] { first, again, other }.Sum(answer => answer.GetProperty("usage").GetProperty("completion_tokens").GetInt64());
        Assert.Equal(told, server.Served.CompletionTokens);
    }

    [Fact]
    public async Task A_partial_answer_is_continued_as_if_it_had_never_been_cut()
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded());
        using HttpClient client = new();
        JsonNode greedy = Body(seed: 1);
        greedy["temperature"] = 0;
        string whole = Text(await AskAsync(client, server, greedy));
        int cut = whole.IndexOf('\n', StringComparison.Ordinal) + 1;
        greedy["messages"]!.AsArray().Add(new JsonObject { ["role"] = "assistant", ["content"] = whole[..cut] });
        greedy["continue_final_message"] = true;
        Assert.Equal(whole[cut..], Text(await AskAsync(client, server, greedy)));

        JsonNode stopping = Body(seed: 1);
        stopping["temperature"] = 0;
        stopping["stop"] = "\n";
        JsonElement stopped = await AskAsync(client, server, stopping);
        Assert.Equal(whole[..(cut - 1)], Text(stopped));
        Assert.Equal("\n", stopped.GetProperty("choices")[0].GetProperty("stop_reason").GetString());
    }

    [Fact]
    public async Task A_stream_gives_the_same_answer_and_ends_with_its_usage()
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded());
        using HttpClient client = new();
        string whole = Text(await AskAsync(client, server, Body(seed: 3)));
        JsonNode body = Body(seed: 3);
        body["stream"] = true;
        body["stream_options"] = new JsonObject { ["include_usage"] = true };
        using HttpResponseMessage response = await client.PostAsJsonAsync(server.Address + "/chat/completions", body, Token);
        string[] events = [.. (await response.Content.ReadAsStringAsync(Token)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)];
        Assert.Equal("data: [DONE]", events[^1]);
        JsonElement[] chunks = [.. events[..^1].Select(one => JsonElement.Parse(one["data: ".Length..]))];
        Assert.Equal(whole, string.Concat(chunks[..^1].Select(Delta)));
        Assert.True(chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32() > 0);

        static string Delta(JsonElement chunk) =>
            chunk.GetProperty("choices")[0].GetProperty("delta").TryGetProperty("content", out JsonElement text) ? text.GetString()! : "";
    }

    [Fact]
    public async Task The_plan_goes_wrong_request_by_request_and_everything_is_counted()
    {
        Fault[] faults = [Fault.TooManyRequests, Fault.RetryAfterSeconds, Fault.RetryAfterDate, Fault.ServerError, Fault.Unavailable, Fault.EmptyChoices];
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { Faults = FaultPlan.First(faults), RetryAfterSeconds = 7 });
        using HttpClient client = new();
        List<HttpStatusCode> codes = [];
        List<bool> retryAfter = [];
        for (int i = 0; i <= faults.Length; i++)
        {
            using HttpResponseMessage response = await client.PostAsJsonAsync(server.Address + "/chat/completions", Body(1), Token);
            codes.Add(response.StatusCode);
            retryAfter.Add(response.Headers.RetryAfter is not null);
        }
        Assert.Equal([429, 429, 429, 500, 503, 200, 200], codes.Select(code => (int)code));
        Assert.Equal([false, true, true, false, false, false, false], retryAfter);
        Assert.All(faults, fault => Assert.Equal(1, server.Served.Of(fault)));
        Assert.Equal(2 * FastAnswerer.AnswerTokens, server.Served.CompletionTokens);
    }

    [Fact]
    public async Task A_wrong_key_a_wrong_model_and_a_broken_body_are_refused_as_the_API_refuses_them()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { Key = "right" });
        using HttpClient client = new();
        using HttpResponseMessage noKey = await client.PostAsJsonAsync(server.Address + "/chat/completions", Body(1), Token);
        Assert.Equal(HttpStatusCode.Unauthorized, noKey.StatusCode);
        client.DefaultRequestHeaders.Authorization = new("Bearer", "right");
        JsonNode other = Body(1);
        other["model"] = "another";
        using HttpResponseMessage unknown = await client.PostAsJsonAsync(server.Address + "/chat/completions", other, Token);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using HttpResponseMessage broken = await client.PostAsync(server.Address + "/chat/completions", new StringContent("{\"model\":"), Token);
        Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
        Assert.True((await broken.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("error").TryGetProperty("message", out _));
    }

    private static JsonObject Body(int seed) => new JsonObject
    {
        ["model"] = "embedded-small",
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Start 14,1,6,13 then sort, max." }),
        ["max_tokens"] = 80,
        ["seed"] = seed,
    };

    private static async Task<JsonElement> AskAsync(HttpClient client, ChatServer server, JsonNode body)
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync(server.Address + "/chat/completions", body, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    private static string Text(JsonElement answer) => answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
}
