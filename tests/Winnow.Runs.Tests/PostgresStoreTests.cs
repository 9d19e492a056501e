using Npgsql;

namespace Winnow.Runs.Tests;

public sealed class PostgresStoreTests(PostgresServer server) : StoreContract, IClassFixture<PostgresServer>
{
    private string? _database;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected override async Task<RunStore> OpenAsync()
    {
        Assert.SkipWhen(server.Absence is not null, server.Absence ?? "");
        _database ??= await server.NewDatabaseAsync(Token);
        return await RunStore.OpenAsync(_database, cancellationToken: Token);
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused_clearly()
    {
        await (await OpenAsync()).DisposeAsync();
        await using (NpgsqlDataSource source = NpgsqlDataSource.Create(_database!))
        await using (NpgsqlCommand command = source.CreateCommand("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101_Later', '99.0')"))
        {
            await command.ExecuteNonQueryAsync(Token);
        }
        WinnowException refusal = await Assert.ThrowsAsync<WinnowException>(OpenAsync);
        Assert.Contains("newer version of Winnow", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_processes_may_open_an_empty_store_at_the_same_moment()
    {
        Assert.SkipWhen(server.Absence is not null, server.Absence ?? "");
        string database = await server.NewDatabaseAsync(Token);
        RunStore[] stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunStore.OpenAsync(database, cancellationToken: Token)));
        foreach (RunStore store in stores)
        {
            Assert.Empty(await store.ListAsync(Token));
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_claim_ends_with_the_session_that_holds_it()
    {
        await using RunStore store = await OpenAsync();
        RunStart start = new(SampleRuns.Identity(), []);
        await using IAsyncDisposable claim = await store.ClaimAsync(start, Token);
        await using RunStore other = await OpenAsync();
        await Assert.ThrowsAsync<RunInUseException>(() => other.ClaimAsync(start, Token));
        await using (NpgsqlDataSource source = NpgsqlDataSource.Create(_database!))
        await using (NpgsqlCommand kill = source.CreateCommand("SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory'"))
        {
            await kill.ExecuteNonQueryAsync(Token);
        }
        await (await other.ClaimAsync(start, Token)).DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_without_the_password()
    {
        WinnowException refusal = await Assert.ThrowsAsync<WinnowException>(() => RunStore.OpenAsync("Host=/nowhere/at/all;Database=d;Username=u;Password=secret;Timeout=2", cancellationToken: Token));
        Assert.Contains("/nowhere/at/all", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }
}
