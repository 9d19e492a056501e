using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Winnow.Cli.Sources;
using Winnow.Rendering;
using Winnow.Search;

namespace Winnow.Cli.Verbs;

/// <summary>Options that several verbs share, so that they are named, explained and completed alike.</summary>
internal static class CommonOptions
{
    /// <summary><c>--json</c></summary>
    public static Option<bool> Json() => new("--json") { Description = "Write one JSON document to standard output." };

    /// <summary><c>--quiet</c></summary>
    public static Option<bool> Quiet() => new("--quiet", "-q") { Description = "Show no progress." };

    /// <summary><c>--model</c></summary>
    public static Option<string?> Model()
    {
        Option<string?> option = new("--model", "-m")
        {
            Description = $"Model that draws: {string.Join(", ", ModelShelf.Names)}, a folder with config.json, *.safetensors and tokenizer.json, a GGUF file, or an endpoint openai:MODEL@URL. Default: {ModelShelf.DefaultName}.",
            HelpName = "NAME|PATH",
        };
        option.CompletionSources.Add([.. ModelShelf.Names]);
        return option;
    }

    /// <summary><c>--scorer</c></summary>
    public static Option<string?> Scorer()
    {
        Option<string?> option = new("--scorer")
        {
            Description = "What judges: none, logprob (log-probability under the drawing model), logprob:MODEL (under another), prm:MODEL (a process reward model). "
                + $"Default: {ScorerShelf.DefaultName} where the default model draws, logprob elsewhere.",
            HelpName = "SCORER",
        };
        option.CompletionSources.Add([.. ScorerShelf.Suggestions]);
        return option;
    }

    /// <summary><c>--prompt-cache</c></summary>
    public static Option<string?> PromptCache() => new("--prompt-cache")
    {
        Description = "Folder that keeps what a local model computed of long prompts, at most 1 GB, so that the next run reads them from there; results are the same. Default: nothing is kept.",
        HelpName = "DIR",
    };

    /// <summary><c>--seed</c></summary>
    public static Option<ulong> Seed(ulong value) => new("--seed")
    {
        Description = "Seed of all randomness: the same seed gives the same result.",
        HelpName = "S",
        DefaultValueFactory = _ => value,
    };

    /// <summary>The argument that names a task.</summary>
    public static Argument<string?> Task()
    {
        Argument<string?> argument = new("TASK|FILE")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = $"A bundled task ({string.Join(", ", TaskShelf.Names)}) or a file. Default: {TaskShelf.DefaultName}.",
        };
        argument.CompletionSources.Add([.. TaskShelf.Names]);
        return argument;
    }

    /// <summary><c>--problems</c></summary>
    public static Option<int?> Problems() => new("--problems", "-n")
    {
        Description = $"How many problems of the task to run, spread evenly over it. Default: {CompareDefaults.Current.Problems}.",
        HelpName = "N",
    };

    /// <summary><c>--threads</c></summary>
    public static Option<int> Threads() => new("--threads") { Description = "Problems that run side by side. Default: one for each core.", HelpName = "T" };

    /// <summary><c>--resume</c></summary>
    public static Option<bool> Resume() => new("--resume") { Description = "Go on with what was stopped; an error where there is nothing to go on with." };

    /// <summary><c>--strategy</c> with one name.</summary>
    public static Option<string> Strategy(string value)
    {
        Option<string> option = new("--strategy", "-s")
        {
            Description = $"How the budget is spent: {string.Join(", ", Strategies.Ids)}.",
            HelpName = "STRATEGY",
            DefaultValueFactory = _ => value,
        };
        option.CompletionSources.Add([.. Strategies.Ids]);
        return option;
    }

    /// <summary>A list of names or numbers between commas; the option may also be repeated.</summary>
    public static string[] SplitList(ArgumentResult result) =>
        [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    /// <summary>A strategy by name.</summary>
    /// <exception cref="RequestException">There is none.</exception>
    public static IStrategy StrategyNamed(string name) => StrategyNamed(name, new StrategySettings());

    /// <summary>A strategy by name, with settings.</summary>
    /// <exception cref="RequestException">There is none.</exception>
    public static IStrategy StrategyNamed(string name, StrategySettings settings) => Strategies.Ids.Contains(name, StringComparer.Ordinal)
        ? Strategies.Create(name, settings)
        : throw new RequestException(ErrorText.UnknownName("strategy", name, Strategies.Ids, "winnow methods"));

    /// <summary>Token caps between commas, as a user writes them.</summary>
    public static long[]? ParseBudgets(ArgumentResult result)
    {
        List<long> budgets = [];
        foreach (string text in SplitList(result))
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long budget) || budget < 1)
            {
                result.AddError($"The budget \"{text}\" is not a number of tokens. Give the cap for each problem on generated plus scorer tokens, at least 1; several between commas: --budget 500,1500.");
                return null;
            }
            budgets.Add(budget);
        }
        return [.. budgets.Distinct().Order()];
    }
}
