using System.Text.Json;
using Winnow.Cli;

namespace Winnow.Endpoints.Tests.Cli;

/// <summary>Runs the command in this process, with a home of its own.</summary>
internal sealed class CommandLine : IDisposable
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public CommandLine()
    {
        Folder = Directory.CreateTempSubdirectory("winnow-endpoint").FullName;
        _variables["WINNOW_HOME"] = Path.Combine(Folder, "home");
    }

    public string Folder { get; }

    public CommandLine With(string variable, string value)
    {
        _variables[variable] = value;
        return this;
    }

    /// <summary>The clock by which the command waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>A file of questions that the embedded model can answer.</summary>
    public string Questions(int count)
    {
        string path = Path.Combine(Folder, "questions.jsonl");
        (string Input, string Target)[] questions =
        [
            ("Start 8,7,2,15 then sort, min.", "2"), ("Start 14,1,6,13 then sort, max.", "14"), ("Start 4,1,4,4 then drop 2, sum.", "8"), ("Start 2,12,11,3 then sums, count.", "4"),
        ];
        File.WriteAllLines(path, questions.Take(count).Select(question => JsonSerializer.Serialize(new { input = question.Input, target = question.Target })));
        return path;
    }

    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        Shell shell = new() { Output = output, Error = error, Variable = name => _variables.GetValueOrDefault(name), Time = Time };
        int code = await WinnowCommand.RunAsync(args, shell, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>A clock whose timers go off fifty times as soon as they should, so that waits between retries cost little.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private const int Times = 50;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : dueTime / Times, period);
}
