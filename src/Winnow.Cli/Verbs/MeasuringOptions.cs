using System.CommandLine;
using Winnow.Cli.Sources;

namespace Winnow.Cli.Verbs;

/// <summary>The options that <c>run</c> and <c>compare</c> have alike.</summary>
internal sealed class MeasuringOptions
{
    /// <summary>Name of the option by which <c>resume</c> hands on which build began a run.</summary>
    public const string BegunByName = "--begun-by";

    private readonly Argument<string?> _task = CommonOptions.Task();
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string?> _scorer = CommonOptions.Scorer();
    private readonly Option<string?> _judge = JudgeShelf.Option();
    private readonly Option<int?> _problems = CommonOptions.Problems();
    private readonly Option<ulong> _seed = CommonOptions.Seed(CompareDefaults.Current.Seed);
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string?> _prompts = CommonOptions.PromptCache();
    private readonly Option<string?> _store = StoreShelf.Option();
    private readonly Option<bool> _resume = CommonOptions.Resume();
    private readonly Option<string?> _begunBy = new(BegunByName) { Hidden = true };
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<bool> _quiet = CommonOptions.Quiet();
    private readonly SpendingOptions _spending = new();

    /// <summary>Adds them to a command, around its own.</summary>
    /// <param name="command">The command.</param>
    /// <param name="own">Its own options.</param>
    public void AddTo(Command command, params ReadOnlySpan<Option> own)
    {
        command.Add(_task);
        foreach (Option option in (ReadOnlySpan<Option>)[_model, _scorer, _judge, .. own, _problems, _seed, _threads, _prompts, _store, _resume, _begunBy, _json, _quiet, .. _spending.All, .. _spending.OfJudge])
        {
            command.Add(option);
        }
    }

    /// <summary>What a command line says.</summary>
    public MeasuringRequest Read(ParseResult parsed) => new()
    {
        Task = parsed.GetValue(_task),
        Model = parsed.GetValue(_model),
        Scorer = parsed.GetValue(_scorer),
        Judge = parsed.GetValue(_judge),
        Problems = parsed.GetValue(_problems),
        Seed = parsed.GetValue(_seed),
        Threads = parsed.GetValue(_threads),
        PromptFolder = parsed.GetValue(_prompts),
        Store = parsed.GetValue(_store),
        Resume = parsed.GetValue(_resume),
        BegunBy = parsed.GetValue(_begunBy),
        Json = parsed.GetValue(_json),
        Quiet = parsed.GetValue(_quiet),
        Spending = _spending.Read(parsed),
    };
}
