using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Winnow.Search.Chat;

/// <summary>Registers options of strategies with an application's services.</summary>
public static class WinnowServiceCollectionExtensions
{
    /// <summary>Registers the options of <c>UseWinnow()</c>, read from a configuration section and checked when the application starts.</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">Holds Strategy, MaxTokens, MaxDraws, MaxAnswerTokens, MaxConcurrency, Seed, Temperature and AnswerKey; null: nothing is read.</param>
    /// <param name="configure">Sets what a file cannot say, such as a scorer; it goes after the section. Null: nothing.</param>
    /// <param name="name">Which options, where several are registered; null: those without a name.</param>
    /// <remarks>
    /// A setting that is unknown, no number or outside its range, and options that lack something, stop the start of a host with an
    /// <see cref="OptionsValidationException"/> that says which and what to do; without a host, the first use.
    /// </remarks>
    public static IServiceCollection AddWinnow(
        this IServiceCollection services, IConfiguration? section = null, Action<WinnowChatOptions>? configure = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<WinnowChatOptions>(name)
            .Configure(options =>
            {
                if (section is not null)
                {
                    WinnowChatConfiguration.Read(section, options, name);
                }
                configure?.Invoke(options);
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<WinnowChatOptions>>(new Validator(name ?? Options.DefaultName));
        return services;
    }

    private sealed class Validator(string own) : IValidateOptions<WinnowChatOptions>
    {
        public ValidateOptionsResult Validate(string? name, WinnowChatOptions options) =>
            name != own ? ValidateOptionsResult.Skip
            : options.Faults() is [_, ..] faults ? ValidateOptionsResult.Fail(faults)
            : ValidateOptionsResult.Success;
    }
}
