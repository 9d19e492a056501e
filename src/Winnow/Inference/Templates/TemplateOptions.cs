namespace Winnow.Inference.Templates;

/// <summary>Limits of a chat template, which comes with a model's files and is trusted no more than they are.</summary>
public sealed record TemplateOptions
{
    /// <summary>Longest text that a template may make, finished or on the way. Unit: UTF-16 units; at least 1; default 4,194,304.</summary>
    public int MaxOutputLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1 << 22;

    /// <summary>Most steps: one for each expression, statement and round of a loop, and one for every 16 characters that are handled. Default 5,000,000.</summary>
    public int MaxSteps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 5_000_000;

    /// <summary>The clock that <c>strftime_now</c> reads.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
