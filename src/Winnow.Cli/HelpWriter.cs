using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Winnow.Rendering;

namespace Winnow.Cli;

/// <summary>Help: examples first, then what there is, grouped by what one wants to do.</summary>
internal sealed class HelpWriter : SynchronousCommandLineAction
{
    private static readonly (string Intent, (string Verb, string Does)[] Verbs)[] Groups =
    [
        ("Spend a budget",
        [
            ("compare [TASK|FILE]", "several strategies on a task at equal budgets: table, plots, report"),
            ("run [TASK|FILE]", "one strategy over a task, every draw kept as it comes"),
            ("resume [RUN]", "go on with what was stopped or killed"),
            ("ask [\"QUESTION\"]", "one question, one strategy, and how its candidates live and die"),
            ("generate", "plain drawing from a model"),
        ]),
        ("See what there is",
        [
            ("runs", "runs that are kept: show, compare, export, rescore, delete"),
            ("tasks [ID]", "bundled tasks, and files that can be read"),
            ("methods [ID]", "methods and the papers they come from"),
            ("models [NAME|PATH]", "bundled models, and what a file, folder or endpoint is"),
            ("convert SOURCE -o PATH", "a model folder as a GGUF file, or the other way round"),
        ]),
        ("Measure",
        [
            ("metrics HYP --ref REF", "scores of texts, with intervals and signatures"),
            ("embed FILE -m PATH -o OUT", "a vector for every text of a file"),
        ]),
        ("Check",
        [
            ("reproduce ID|--all", "a paper's claims beside what is measured here"),
            ("doctor", "whether everything works on this machine"),
        ]),
        ("More",
        [
            ("train …", "training; done by winnow-lab"),
            ("completion SHELL", "a completion script for bash, zsh, fish or pwsh"),
        ]),
    ];

    private static readonly Dictionary<string, string[]> Examples = new(StringComparer.Ordinal)
    {
        ["compare"] =
        [
            "winnow compare",
            "winnow compare embedded-mix --strategy greedy,majority,particle-filter --budget 500,1500",
            "winnow compare questions.jsonl --model path/to/model --scorer none --json > result.json",
            "winnow compare questions.jsonl --model openai:MODEL@http://localhost:8000/v1 --budget 2000 --dry-run",
            "winnow compare judged.jsonl --model openai:MODEL@http://localhost:8000/v1 --judge openai:JUDGE@https://host/v1",
        ],
        ["run"] =
        [
            "winnow run --strategy best-of-n --budget 1500",
            "winnow run questions.jsonl --strategy majority --samples 16 --problems 100 --seed 7",
            "winnow run questions.jsonl --model path/to/model --scorer none --store \"Host=localhost;Database=winnow\"",
        ],
        ["resume"] = ["winnow resume", "winnow resume r3f2 --quiet", "winnow resume r3f2 --max-cost 2.50"],
        ["runs"] = ["winnow runs", "winnow runs --json", "winnow runs show r3f2"],
        ["runs show"] = ["winnow runs show r3f2", "winnow runs show r3f2 --json"],
        ["runs compare"] = ["winnow runs compare r3f2 r81c"],
        ["runs export"] = ["winnow runs export r3f2 --out my-run", "winnow runs export r3f2 --out samples.jsonl"],
        ["runs rescore"] = ["winnow runs rescore r3f2", "winnow runs rescore r3f2 --task corrected.jsonl --keep", "winnow runs rescore r3f2 --judge openai:JUDGE@https://host/v1"],
        ["runs delete"] = ["winnow runs delete r3f2 r81c"],
        ["ask"] = ["winnow ask", "winnow ask \"Compute ((11+19)-16)-2.\"", "winnow ask --strategy beam --budget 2000 --seed 7"],
        ["generate"] =
        [
            "winnow generate --prompt \"[steps] Q: Sort acorn umbrella delta\" -n 4 --temperature 0.7",
            "winnow generate --model path/to/model --sampler \"typical:0.95,temperature:0.8\" --prompt \"Once\" --show-candidates",
            "winnow generate --model path/to/model --prompt-file ask.txt --json-schema person.json --sampler min-p:0.1",
            "winnow generate --model path/to/model --prompt \"Once\" --decoding diverse-beam:6:3 -n 3 --json",
        ],
        ["embed"] =
        [
            "winnow embed sentences.txt --model path/to/encoder -o vectors.npy",
            "winnow embed pool.jsonl --model path/to/decoder --pooling weighted-mean --normalize -o vectors.jsonl",
            "winnow embed pool.jsonl --model path/to/encoder -o vectors.npy --resume --json > summary.json",
        ],
        ["metrics"] =
        [
            "winnow metrics generated.txt --ref reference.txt",
            "winnow metrics new.txt --ref a.txt --ref b.txt --baseline old.txt --metric bleu,chrf,ter",
            "winnow metrics stories.txt --model model.gguf --metric perplexity,bits-per-byte,diversity",
            "winnow metrics --checklist summarization",
        ],
        ["tasks"] = ["winnow tasks", "winnow tasks embedded-mix", "winnow tasks questions.jsonl"],
        ["methods"] = ["winnow methods", "winnow methods particle-filter"],
        ["models"] = ["winnow models", "winnow models embedded", "winnow models path/to/model.gguf", "winnow models openai:MODEL@http://localhost:8000/v1"],
        ["convert"] = ["winnow convert path/to/model -o model.gguf --type q8_0", "winnow convert model.gguf -o path/to/folder --type f16"],
        ["reproduce"] = ["winnow reproduce particle-filter --quick", "winnow reproduce --all --json > claims.json"],
        ["doctor"] = ["winnow doctor"],
        ["completion"] = ["winnow completion bash > ~/.local/share/bash-completion/completions/winnow"],
    };

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        Command command = parseResult.CommandResult.Command;
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (command is RootCommand)
        {
            WriteRoot(output);
        }
        else
        {
            WriteExamples(command, output);
            new HelpAction { MaxWidth = 100 }.Invoke(parseResult);
        }
        return ExitCodes.Done;
    }

    /// <summary>The help of <c>winnow</c> itself.</summary>
    public static void WriteRoot(TextWriter output)
    {
        output.WriteLine("winnow: draw many, keep the best, and know how good it is.");
        output.WriteLine();
        output.WriteLine("  winnow compare                      the bundled model on a bundled task, in under three minutes");
        output.WriteLine("  winnow ask                          watch a search answer one question");
        output.WriteLine("  winnow reproduce particle-filter    a paper's claim, measured on this machine");
        int width = Groups.SelectMany(group => group.Verbs).Max(verb => verb.Verb.Length) + 2;
        foreach ((string intent, (string Verb, string Does)[] verbs) in Groups)
        {
            output.WriteLine();
            output.WriteLine($"{intent}:");
            foreach ((string verb, string does) in verbs)
            {
                output.WriteLine($"  {verb.PadRight(width)}{does}");
            }
        }
        output.WriteLine();
        output.WriteLine("`winnow VERB --help` shows examples and options. With --json a verb writes one JSON document to");
        output.WriteLine("standard output. Exit codes: 0 done, 1 failed, 2 wrong request, 3 done in part, 130 stopped.");
    }

    /// <summary>A command with those above it, as it is typed.</summary>
    public static string FullName(Command command) => command is RootCommand ? "winnow"
        : command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{FullName(parent)} {command.Name}"
        : command.Name;

    private static void WriteExamples(Command command, TextWriter output)
    {
        output.WriteLine("Examples:");
        foreach (string example in Examples[FullName(command)["winnow ".Length..]])
        {
            output.WriteLine($"  {example}");
        }
        output.WriteLine();
    }
}
