using System.CommandLine;
using Winnow.Lab.Commands;

namespace Winnow.Lab;

/// <summary>The <c>winnow-lab</c> command.</summary>
internal static class LabApplication
{
    /// <summary>Everything went well.</summary>
    public const int Success = 0;

    /// <summary>The world failed: a file, a library, a diverged run.</summary>
    public const int Failed = 1;

    /// <summary>The request was wrong.</summary>
    public const int BadRequest = 2;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Stopped = 130;

    /// <summary>How long a stopped command has to write its checkpoint.</summary>
    private static readonly TimeSpan GraceToStop = TimeSpan.FromMinutes(1);

    /// <summary>Runs one command line.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        Command train = new("train", "Train models.") { TrainEmbeddedCommand.Create(error), TrainRewardCommand.Create(error) };
        RootCommand root = new("Winnow's laboratory: training, and the reproductions that train.")
        {
            train,
            DoctorCommand.Create(output),
            ExportCommand.Create(error),
            CurvesCommand.Create(output),
            MeasureCommand.Create(output, error),
            VerifyCommand.Create(output, error),
            BuildTaskCommand.Create(output),
            ManifestCommand.Create(output),
        };
        ParseResult parsed = root.Parse(arguments);
        InvocationConfiguration configuration = new()
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = GraceToStop,
        };
        try
        {
            int code = await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
            return parsed.Errors.Count > 0 ? BadRequest : code;
        }
        catch (OperationCanceledException)
        {
            return Stopped;
        }
        catch (ArgumentException e)
        {
            await error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return BadRequest;
        }
        catch (Exception e) when (e is WinnowException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return Failed;
        }
    }
}
