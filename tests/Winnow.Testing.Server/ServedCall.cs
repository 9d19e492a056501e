namespace Winnow.Testing.Server;

/// <summary>One request as the server saw it.</summary>
/// <param name="Number">From 0, in order of arrival.</param>
/// <param name="Fault">What went wrong by plan; the rate limit's refusals are <see cref="Server.Fault.RetryAfterSeconds"/>.</param>
/// <param name="Seed">Seed of the request.</param>
/// <param name="Choices">Answers asked for.</param>
/// <param name="MaxTokens">Longest answer asked for.</param>
/// <param name="PromptTokens">Tokens of the prompt; 0 where nothing was drawn.</param>
/// <param name="CompletionTokens">Tokens that were drawn.</param>
/// <param name="Key">Bearer token of the request.</param>
public sealed record ServedCall(int Number, Fault Fault, long? Seed, int Choices, int MaxTokens, int PromptTokens, int CompletionTokens, string? Key);
