using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Winnow.Search.Chat;

namespace Winnow.Tests.Search.Chat;

public sealed class ConfigurationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Options_come_from_a_section_and_what_a_program_sets()
    {
        using var inner = new ScriptedChatClient((i, _) => ScriptedChatClient.Text(i == 0 ? "I say 8." : "I say 7."));
        using IHost host = Host(inner, new() { ["Winnow:Strategy"] = "majority", ["Winnow:MaxDraws"] = "5", ["winnow:answerkey"] = "numeric", ["Winnow:Temperature"] = "0.5" });
        await host.StartAsync(Token);

        ChatResponse response = await host.Services.GetRequiredService<IChatClient>().GetResponseAsync("Well?", cancellationToken: Token);

        Assert.Equal("I say 7.", response.Text);
        Assert.Equal(5, inner.Requests);
        await host.StopAsync(Token);
    }

    [Theory]
    [InlineData("MaxDraws", "many", "Winnow:MaxDraws is \"many\"; it must be a whole number of at least 1")]
    [InlineData("MaxTokens", "0", "Winnow:MaxTokens is \"0\"")]
    [InlineData("MaxConcurrency", "5000", "from 1 to 1,024")]
    [InlineData("Temperature", "-1", "a number of at least 0")]
    [InlineData("MaxToken", "100", "Winnow:MaxToken is no setting; use Strategy")]
    [InlineData("Strategy", "telepathy", "Strategy is \"telepathy\"; use one of greedy")]
    [InlineData("Strategy", "oracle", "oracle cannot be used")]
    [InlineData("Strategy", "best-of-n", "Set Scorer")]
    [InlineData("AnswerKey", "guess", "AnswerKey is \"guess\"; use one of line")]
    [InlineData("AnswerKey", null, "Neither Answers nor AnswerKey is set")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string setting, string? value, string expected)
    {
        using var inner = new ScriptedChatClient((_, _) => ScriptedChatClient.Text("yes"));
        Dictionary<string, string?> settings = new() { ["Winnow:AnswerKey"] = "whole" };
        settings["Winnow:" + setting] = value;
        if (value is null)
        {
            settings.Clear();
        }
        using IHost host = Host(inner, settings);

        OptionsValidationException refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, inner.Requests);
    }

    [Fact]
    public async Task Several_sets_of_options_stand_side_by_side()
    {
        using var inner = new ScriptedChatClient((_, _) => ScriptedChatClient.Text("yes"));
        ServiceCollection services = new();
        services.AddWinnow(configure: o => (o.AnswerKey, o.MaxDraws) = ("whole", 2), name: "quick");
        services.AddWinnow(configure: o => (o.AnswerKey, o.MaxDraws) = ("whole", 6), name: "careful");
        services.AddKeyedChatClient("quick", inner).UseWinnow("quick");
        services.AddKeyedChatClient("careful", inner).UseWinnow("careful");
        await using ServiceProvider provider = services.BuildServiceProvider();

        await provider.GetRequiredKeyedService<IChatClient>("quick").GetResponseAsync("Well?", cancellationToken: Token);
        Assert.Equal(2, inner.Requests);
        await provider.GetRequiredKeyedService<IChatClient>("careful").GetResponseAsync("Well?", cancellationToken: Token);
        Assert.Equal(8, inner.Requests);
    }

    private static IHost Host(IChatClient inner, Dictionary<string, string?> settings)
    {
        HostApplicationBuilder builder = new(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddWinnow(builder.Configuration.GetSection("Winnow"));
        builder.Services.AddChatClient(inner).UseWinnow();
        return builder.Build();
    }
}
