namespace Winnow.Endpoints.Tests;

public sealed class EndpointSpecTests
{
    [Theory]
    [InlineData("openai:m@http://localhost:8000/v1", "m", "http://localhost:8000/v1")]
    [InlineData("openai:m@http://localhost:8000", "m", "http://localhost:8000/v1")]
    [InlineData("openai:m@https://host/openai/v1/", "m", "https://host/openai/v1")]
    [InlineData("openai:org/model@2024@https://host/v1", "org/model@2024", "https://host/v1")]
    [InlineData("openai:gpt-x", "gpt-x", "https://api.openai.com/v1")]
    public void A_name_gives_model_and_address(string text, string model, string url)
    {
        EndpointSpec spec = EndpointSpec.Parse(text);
        Assert.Equal(model, spec.Model);
        Assert.Equal(url, spec.Url.ToString());
        Assert.Equal(spec, EndpointSpec.Parse(spec.ToString()));
    }

    [Theory]
    [InlineData("embedded", "does not begin with openai:")]
    [InlineData("openai:", "names no model")]
    [InlineData("openai:@http://host", "names no model")]
    [InlineData("openai:m@ftp://host", "begin with http")]
    [InlineData("openai:m@http://", "is no address")]
    [InlineData("openai:m@http://host/v1?key=1", "a query")]
    public void A_wrong_name_is_explained_with_an_example(string text, string why)
    {
        string message = Assert.Throws<ArgumentException>(() => EndpointSpec.Parse(text)).Message;
        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.Contains("openai:MODEL@https://host/v1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_in_the_address_is_refused_and_not_repeated()
    {
        string message = Assert.Throws<ArgumentException>(() => EndpointSpec.Parse("openai:m@https://user:secret@host/v1")).Message;
        Assert.Contains("environment", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai:m@http://example.org/v1", true, false)]
    [InlineData("openai:m@http://example.org/v1", false, true)]
    [InlineData("openai:m@https://example.org/v1", true, true)]
    [InlineData("openai:m@http://127.0.0.1:9/v1", true, true)]
    [InlineData("openai:m@http://localhost:9/v1", true, true)]
    [InlineData("openai:m@http://[::1]:9/v1", true, true)]
    [InlineData("openai:gpt-x", false, false)]
    public void A_key_travels_encrypted_or_stays_on_this_machine(string spec, bool hasKey, bool isAllowed)
    {
        Exception? refusal = Record.Exception(() => Open(spec, new(), hasKey).Dispose());
        Assert.Equal(isAllowed, refusal is null);
        Assert.DoesNotContain("sk-secret", refusal?.Message ?? "", StringComparison.Ordinal);
        Open("openai:m@http://example.org/v1", new() { AllowsKeyOverPlainHttp = true }, hasKey: true).Dispose();
    }

    private static OpenAIEndpoint Open(string spec, EndpointOptions options, bool hasKey) =>
        OpenAIEndpoint.Open(EndpointSpec.Parse(spec), options, name => hasKey && name == "OPENAI_API_KEY" ? "sk-secret" : null);
}
