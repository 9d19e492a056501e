using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Winnow.Runs.Tests;

public sealed class SqliteStoreTests : StoreContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("winnow-runs-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, "runs.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    protected override Task<RunStore> OpenAsync() => RunStore.OpenAsync(File, cancellationToken: Token);

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused_clearly()
    {
        await (await OpenAsync()).DisposeAsync();
        Execute("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101_Later', '99.0')");
        WinnowException refusal = await Assert.ThrowsAsync<WinnowException>(OpenAsync);
        Assert.Contains("newer version of Winnow", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(File, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_store_is_brought_up_to_date_in_one_go_or_not_at_all()
    {
        // A store that has been through no migration yet, with something in the way of the last table.
        Execute("CREATE TABLE draws (x)");
        await Assert.ThrowsAsync<WinnowException>(OpenAsync);
        Execute("DROP TABLE draws");
        await using RunStore store = await OpenAsync();
        Assert.Empty(await store.ListAsync(Token));
    }

    [Fact]
    public async Task The_migrations_make_the_tables_of_the_model()
    {
        await (await OpenAsync()).DisposeAsync();
        await using SqliteBackend backend = new(File);
        await using RunContext context = new(backend.Options);
        foreach (IEntityType entity in context.GetService<IDesignTimeModel>().Model.GetEntityTypes())
        {
            string table = entity.GetTableName()!;
            string[] wanted = [.. entity.GetProperties().Select(column => $"{column.GetColumnName()} {column.GetRelationalTypeMapping().StoreType} {(column.IsNullable ? 0 : 1)}").Order(StringComparer.Ordinal)];
            string[] made = [.. Query($"SELECT name || ' ' || type || ' ' || \"notnull\" FROM pragma_table_info('{table}')").Order(StringComparer.Ordinal)];
            Assert.Equal(wanted, made);
        }
    }

    [Fact]
    public async Task A_file_that_is_no_store_is_refused_by_name()
    {
        await System.IO.File.WriteAllTextAsync(File, new string('x', 5000), Token);
        WinnowException refusal = await Assert.ThrowsAsync<WinnowException>(OpenAsync);
        Assert.Contains($"{File} is not a store", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_refused_with_a_remedy()
    {
        await System.IO.File.WriteAllTextAsync(File, "", Token);
        WinnowException refusal = await Assert.ThrowsAsync<WinnowException>(() => RunStore.OpenAsync(Path.Combine(File, "below"), cancellationToken: Token));
        Assert.Contains("--store", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Draws_are_stored_durably_while_they_come()
    {
        await using RunStore store = await OpenAsync();
        const int Draws = 4000;
        await store.WriteAsync([SampleRuns.Draw(Draws)], [], part: null, Token);
        long start = Stopwatch.GetTimestamp();
        await using (RunWriter writer = new(store))
        {
            for (int slot = 0; slot < Draws; slot++)
            {
                writer.Add(SampleRuns.Draw(slot));
                await writer.MakeRoomAsync(Token);
            }
            await writer.FlushAsync(Token);
            Assert.Equal((Draws, 0), (writer.NewDraws, writer.KnownDraws));
        }
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        TestContext.Current.TestOutputHelper?.WriteLine($"{Draws / seconds:0} draws a second");
        DrawRecord any = SampleRuns.Draw(0);
        Assert.Equal(Draws + 1, (await store.DrawsAsync(any.Series, any.Problem, any.PromptHash, Token)).Count);
    }

    private void Execute(string sql) => Assert.Empty(Query(sql));

    private List<string> Query(string sql)
    {
        List<string> read = [];
        using SqliteConnection connection = new($"Data Source={File}");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            read.Add(reader.GetString(0));
        }
        return read;
    }
}
