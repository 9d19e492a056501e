using System.Diagnostics;
using Npgsql;

namespace Winnow.Runs.Tests;

/// <summary>A PostgreSQL server of its own, from the system's packages, reached through a socket in a folder of its own.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Unprivileged = "postgres";

    private readonly string _folder = Directory.CreateTempSubdirectory("winnow-pg-").FullName;
    private int _databases;

    /// <summary>Why there is none; null where it runs.</summary>
    public string? Absence { get; private set; }

    private static string? Programs => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Max(StringComparer.Ordinal)
        : null;

    /// <summary>An empty database.</summary>
    public async Task<string> NewDatabaseAsync(CancellationToken cancellationToken)
    {
        string name = $"runs{Interlocked.Increment(ref _databases)}";
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(Connection("postgres"));
        await using NpgsqlCommand command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync(cancellationToken);
        return Connection(name);
    }

    public async ValueTask InitializeAsync()
    {
        if (Programs is not { } programs)
        {
            Absence = "PostgreSQL is not installed (Debian: postgresql).";
            return;
        }
        if (IsRoot && await RunAsync("id", [Unprivileged]) is { Code: not 0 })
        {
            Absence = $"PostgreSQL refuses to run as root, and there is no user {Unprivileged}.";
            return;
        }
        if (IsRoot)
        {
            await RunAsync("chown", [Unprivileged, _folder]);
        }
        (int code, string said) = await AsServerAsync(Path.Combine(programs, "initdb"), "-D", Data, "-U", "winnow", "-A", "trust", "-N", "-E", "UTF8", "--locale=C");
        if (code == 0)
        {
            (code, said) = await AsServerAsync(Path.Combine(programs, "pg_ctl"), "-D", Data, "-w", "-t", "60", "-l", Path.Combine(_folder, "log"), "-o", $"-c listen_addresses='' -k {_folder}", "start");
        }
        if (code != 0)
        {
            throw new InvalidOperationException($"PostgreSQL did not start: {said}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (Absence is null && Programs is { } programs)
        {
            await AsServerAsync(Path.Combine(programs, "pg_ctl"), "-D", Data, "-m", "immediate", "-w", "stop");
        }
        Directory.Delete(_folder, recursive: true);
    }

    private static bool IsRoot => Environment.UserName == "root";

    private string Data => Path.Combine(_folder, "data");

    private string Connection(string database) => $"Host={_folder};Database={database};Username=winnow";

    private static Task<(int Code, string Said)> AsServerAsync(string program, params string[] args) =>
        IsRoot ? RunAsync("setpriv", [$"--reuid={Unprivileged}", $"--regid={Unprivileged}", "--clear-groups", program, .. args]) : RunAsync(program, args);

    private static async Task<(int Code, string Said)> RunAsync(string program, string[] args)
    {
        ProcessStartInfo start = new(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/" };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = "";
        // The server inherits the stream, so that it never ends: what is said before the program's own end is enough.
        process.OutputDataReceived += (_, line) => output += line.Data;
        process.BeginOutputReadLine();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(120));
        return (process.ExitCode, output + (error.IsCompleted ? await error : ""));
    }
}
