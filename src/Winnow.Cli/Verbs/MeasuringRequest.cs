using Winnow.Cli.Sources;

namespace Winnow.Cli.Verbs;

/// <summary>What <c>run</c> and <c>compare</c> are asked alike.</summary>
internal sealed record MeasuringRequest
{
    /// <summary>Name or file of the task; null: the default one.</summary>
    public string? Task { get; init; }

    public string? Model { get; init; }

    public string? Scorer { get; init; }

    public string? Judge { get; init; }

    public int? Problems { get; init; }

    public required ulong Seed { get; init; }

    public int Threads { get; init; }

    /// <summary>Where prompts are kept between runs; null: nowhere.</summary>
    public string? PromptFolder { get; init; }

    public string? Store { get; init; }

    public bool Resume { get; init; }

    /// <summary>The build that began the run, where <c>resume</c> goes on with one of another.</summary>
    public string? BegunBy { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    public required SpendingRequest Spending { get; init; }
}
