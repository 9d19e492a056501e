using Winnow.Budgets;
using Winnow.Cli.Sources;
using Winnow.Evaluation;
using Winnow.Rendering;
using Winnow.Runs;

namespace Winnow.Cli.Stored;

/// <summary>The runs that a comparison is made of, claimed in the store, and the journal that keeps them.</summary>
internal sealed class StoredComparison : IAsyncDisposable
{
    private readonly RunStore _store;
    private readonly List<IAsyncDisposable> _claims = [];
    private RunWriter? _writer;
    private RunBudget? _run;

    private StoredComparison(RunStore store)
    {
        _store = store;
    }

    /// <summary>Keeps what is drawn and finished.</summary>
    public IComparisonJournal Journal { get; private set; } = null!;

    /// <summary>The caps on all parts of it, less what the earlier ones used.</summary>
    public RunBudget Run => _run!;

    /// <summary>An unfinished run of another build of Winnow that would be one of these; null where there is none.</summary>
    public RunRecord? OfAnotherBuild { get; private set; }

    /// <summary>Cancelled when the store can no longer be written.</summary>
    public CancellationToken Broken => _writer!.Broken;

    /// <summary>Why it can no longer be written; null while it can.</summary>
    public Exception? Failure => _writer!.Failure;

    /// <summary>Where the store is, for people.</summary>
    public string Where => _store.Location;

    /// <summary>Answers that were drawn and stored by this process.</summary>
    public long NewDraws => _writer!.NewDraws;

    /// <summary>Answers that this process drew although another had stored them meanwhile.</summary>
    public long KnownDraws => _writer!.KnownDraws;

    /// <summary>Results that were there when the runs were claimed.</summary>
    public int FinishedBefore { get; private set; }

    /// <summary>Opens the store and claims runs.</summary>
    /// <param name="where">What <c>--store</c> said.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="command">Words that go on with them.</param>
    /// <param name="mustBeThere">Whether it is an error that none of them has been begun.</param>
    /// <param name="spending">Caps that are asked for.</param>
    /// <param name="probed">What this process has used already.</param>
    /// <param name="shell">Environment and clock.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="RequestException">None has been begun, although one must have been.</exception>
    /// <exception cref="WinnowException">The store cannot be used.</exception>
    /// <exception cref="RunInUseException">Another process has claimed one.</exception>
    public static async Task<StoredComparison> OpenAsync(
        string? where, IReadOnlyList<RunIdentity> runs, IReadOnlyList<string> command, bool mustBeThere, SpendingRequest spending, Usage probed, Shell shell, CancellationToken cancellationToken)
    {
        StoredComparison stored = new(await StoreShelf.OpenAsync(where, shell, cancellationToken).ConfigureAwait(false));
        try
        {
            IReadOnlyList<RunRecord> known = await stored._store.ListAsync(cancellationToken).ConfigureAwait(false);
            RunRecord[] begun = [.. known.Where(record => runs.Any(run => run.Id == record.Id))];
            if (mustBeThere && begun.Length == 0)
            {
                throw new RequestException($"There is nothing to go on with in {stored._store.Location}: no run of this build of Winnow has this task, model and settings. Where one of them has changed, leave --resume out to begin anew; `winnow runs` lists what is there.");
            }
            stored.FinishedBefore = begun.Sum(record => record.Finished);
            string? comparison = runs.Count > 1 ? "c" + ContentHash.Of([.. runs.Select(run => run.Id)])[..12] : null;
            foreach (RunIdentity identity in runs)
            {
                stored._claims.Add(await stored._store.ClaimAsync(new RunStart(identity, command, comparison), cancellationToken).ConfigureAwait(false));
            }
            stored.OfAnotherBuild = known.FirstOrDefault(record => record.State != RunState.Done
                && runs.Any(run => run.Build != record.Identity.Build && (record.Identity with { Build = run.Build }).Id == run.Id && begun.All(mine => mine.Id != run.Id)));
            IReadOnlyList<RunPart> parts = await stored._store.PartsAsync(comparison ?? runs[0].Id, cancellationToken).ConfigureAwait(false);
            Usage before = parts.Aggregate(default(Usage), (sum, part) => sum + part.Used);
            bool isDone = begun.Length == runs.Count && begun.All(record => record.State == RunState.Done);
            // What is done is only read, whatever was spent on it.
            Budget caps = isDone ? Budget.Unlimited : spending.CapsAfter(parts is [.., var last] ? last.Caps : null);
            RunBudget run = stored._run = new RunBudget(caps, before, probed, shell.Time);
            DateTimeOffset now = shell.Time.GetUtcNow();
            RunPart Part() => new()
            {
                Owner = comparison ?? runs[0].Id,
                Number = parts.Count,
                Version = ThisBuild.Version,
                Build = ThisBuild.Id,
                Begun = now,
                Written = shell.Time.GetUtcNow(),
                Caps = run.Caps,
                Used = run.Committed,
            };
            // The caps are there before the first draw, so that they hold however soon the process is killed.
            if (!isDone)
            {
                await stored._store.WriteAsync([], [], Part(), cancellationToken).ConfigureAwait(false);
            }
            stored._writer = new RunWriter(stored._store, isDone ? null : Part);
            stored.Journal = new RunJournal(stored._store, stored._writer, runs, shell.Time);
            return stored;
        }
        catch
        {
            await stored.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Says how an unfinished run of another build is gone on with, lest it be paid for twice.</summary>
    public void TellOfAnotherBuild(ProgressLine progress)
    {
        if (OfAnotherBuild is { } run)
        {
            progress.Note($"{run.Id} with the same settings was begun by {VersionText.Of(run.Identity)} and is not done; this begins anew. `winnow resume {run.Id} --accept-version` goes on with it instead.");
        }
    }

    /// <summary>Waits until everything that was finished is durable.</summary>
    public Task FlushAsync() => _writer!.FlushAsync(CancellationToken.None);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_writer is not null)
        {
            await _writer.DisposeAsync().ConfigureAwait(false);
        }
        foreach (IAsyncDisposable claim in _claims)
        {
            await claim.DisposeAsync().ConfigureAwait(false);
        }
        _run?.Dispose();
        await _store.DisposeAsync().ConfigureAwait(false);
    }
}
