namespace Winnow.Evaluation;

/// <summary>What strategies that draw whole answers to one problem share: its draws, and their scores.</summary>
/// <param name="Draws">The draws.</param>
/// <param name="Scores">The scores; null: nothing judges.</param>
internal sealed record ProblemStores(DrawStore Draws, ScoreStore? Scores) : IAsyncDisposable
{
    /// <summary>What re-used draws and scores took when they were made; starts anew from 0. Unit: seconds.</summary>
    public double TakeSecondsSaved() => Draws.TakeSecondsSaved() + (Scores?.TakeSecondsSaved() ?? 0);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Draws.DisposeAsync().ConfigureAwait(false);
        if (Scores is not null)
        {
            await Scores.DisposeAsync().ConfigureAwait(false);
        }
    }
}
