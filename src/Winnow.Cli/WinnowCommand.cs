using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Winnow.Cli.Verbs;
using Winnow.Rendering;
using Winnow.Runs;

namespace Winnow.Cli;

/// <summary>The <c>winnow</c> command: parses, hands over to a verb, and turns every error into one message and an exit code.</summary>
internal static class WinnowCommand
{
    /// <summary>Runs a command line.</summary>
    /// <param name="args">Words after <c>winnow</c>.</param>
    /// <param name="shell">Streams, clock and environment.</param>
    /// <param name="cancellationToken">Stops the verb; it then returns 130 and keeps what is finished.</param>
    /// <returns>An exit code of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Shell shell, CancellationToken cancellationToken = default)
    {
        if (args is ["train", ..])
        {
            return await LabHandover.RunAsync(args, shell, cancellationToken).ConfigureAwait(false);
        }
        try
        {
            ParseResult parsed = Root(shell).Parse(args);
            if (parsed.Action is ParseErrorAction || MistypedOption(parsed) is not null)
            {
                return Refuse(parsed, shell);
            }
            InvocationConfiguration configuration = new()
            {
                Output = shell.Output,
                Error = shell.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            return Report(error, shell);
        }
    }

    /// <summary>The commands, in the order of the help.</summary>
    internal static RootCommand Root(Shell shell)
    {
        RootCommand root = new("Draw many, keep the best, and know how good it is.")
        {
            CompareVerb.Create(shell),
            RunVerb.Create(shell),
            ResumeVerb.Create(shell),
            RunsVerb.Create(shell),
            AskVerb.Create(shell),
            GenerateVerb.Create(shell),
            MetricsVerb.Create(shell),
            EmbedVerb.Create(shell),
            TasksVerb.Create(shell),
            MethodsVerb.Create(shell),
            ModelsVerb.Create(shell),
            ConvertVerb.Create(shell),
            ReproduceVerb.Create(shell),
            DoctorVerb.Create(shell),
            CompletionVerb.Create(shell),
        };
        root.HelpName = "winnow";
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWriter();
        root.SetAction(_ =>
        {
            HelpWriter.WriteRoot(shell.Output);
            return ExitCodes.Done;
        });
        return root;
    }

    private static int Refuse(ParseResult parsed, Shell shell)
    {
        Command command = parsed.CommandResult.Command;
        string? unknown = MistypedOption(parsed) ?? (parsed.UnmatchedTokens is [var first, ..] ? first : null);
        IEnumerable<string> messages = unknown is not null
            ? [Unmatched(unknown, command)]
            : parsed.Errors.Select(error => error.Message);
        foreach (string message in messages.Distinct(StringComparer.Ordinal))
        {
            shell.Error.WriteLine($"winnow: {message}");
        }
        shell.Error.WriteLine($"`{HelpWriter.FullName(command)} --help` shows what it takes.");
        return ExitCodes.WrongRequest;
    }

    // An option that does not exist would otherwise be taken for the verb's argument.
    private static string? MistypedOption(ParseResult parsed) => parsed.CommandResult.Command.Arguments
        .SelectMany(argument => parsed.GetResult(argument)?.Tokens ?? [])
        .Select(token => token.Value)
        .FirstOrDefault(value => value.StartsWith("--", StringComparison.Ordinal));

    private static string Unmatched(string word, Command command)
    {
        bool isOption = word.StartsWith('-');
        IEnumerable<string> known = isOption
            ? command.Options.SelectMany(option => option.Aliases.Prepend(option.Name))
            : command.Subcommands.Select(sub => sub.Name);
        string what = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        string? nearest = ErrorText.Nearest(word, [.. known]);
        return $"\"{word}\" is no {what} of `{HelpWriter.FullName(command)}`." + (nearest is null ? "" : $" Did you mean \"{nearest}\"?");
    }

    private static int Report(Exception error, Shell shell)
    {
        int code = error is RequestException ? ExitCodes.WrongRequest : ErrorText.ExitCodeOf(error);
        shell.Error.WriteLine($"winnow: {ErrorText.Of(error)}");
        if (!string.IsNullOrEmpty(shell.Variable("WINNOW_TRACE")))
        {
            shell.Error.WriteLine(error);
        }
        else if (code == ExitCodes.Failed && error is not (WinnowException or RunInUseException))
        {
            shell.Error.WriteLine("Set WINNOW_TRACE=1 to see where it happened.");
        }
        return code;
    }
}
