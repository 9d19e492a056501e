using Microsoft.Extensions.AI;
using Winnow.Models;
using Winnow.Numerics;
using Winnow.Search.Chat;
using Winnow.Tasks;
using Winnow.Tasks.Families;

namespace Winnow.Cli.Sources;

/// <summary>Questions for <c>winnow ask</c>: drawn from the bundled task, or the user's own where the model can be expected to read it.</summary>
internal static class Questions
{
    private const int ExamplesShown = 3;

    /// <summary>A task of one problem.</summary>
    /// <param name="question">The user's question; null: one is drawn from the default task.</param>
    /// <param name="model">What <c>--model</c> said.</param>
    /// <param name="vocabulary">The model's vocabulary, null for an endpoint; a chat template that it has shapes the prompt of a free question.</param>
    /// <param name="seed">Chooses the drawn question.</param>
    /// <exception cref="RequestException">A bundled model is asked outside what it has learned; the message says what it does not know and shows questions that work.</exception>
    public static TaskSet TaskOf(string? question, string? model, IVocabulary? vocabulary, ulong seed)
    {
        if (question is null)
        {
            TaskSet task = TaskShelf.Load(null);
            int place = (int)(Seeds.Derive(seed, "ask") % (ulong)task.Problems.Count);
            return task with { Problems = [task.Problems[place]] };
        }
        bool isBundled = model is null || ModelShelf.Names.Contains(model, StringComparer.Ordinal);
        return isBundled ? Generated(question.Trim()) : OpenQuestion.TaskOf(question, RequestException.Reading(() => Prompt(question, vocabulary)));
    }

    private static string Prompt(string question, IVocabulary? vocabulary) => vocabulary is null ? question :
        ChatTemplatePrompt.Of(vocabulary)?.Render([new ChatMessage(ChatRole.User, question)]) ?? question;

    private static TaskSet Generated(string question)
    {
        ITaskFamily family = TaskFamilies.All.FirstOrDefault(known => known.CanRead(question)) ?? throw Outside(question);
        Problem problem = FamilyTasks.ToProblem(new GeneratedExample(family.Id, 0, question, [], ""), "question") with { Target = null, Level = null };
        return FamilyTasks.ToTask("question", "A question from the command line.", "1", []) with { Problems = [problem] };
    }

    private static RequestException Outside(string question)
    {
        string[] unknown = [.. UnknownWords(question)];
        string why = unknown.Length switch
        {
            0 => "It knows these words, but not this kind of question.",
            1 => $"It does not know the word {unknown[0]}.",
            _ => $"It does not know the words {string.Join(", ", unknown)}.",
        };
        return new RequestException(
            $"The bundled model reads only the kinds of questions that it was trained on. {why} These work:\n"
            + string.Join('\n', Examples().Select(example => $"  winnow ask \"{example}\"")));
    }

    private static IEnumerable<string> UnknownWords(string question)
    {
        HashSet<string> known = new(ClosedVocabulary.AllWords, StringComparer.Ordinal);
        return PromptFormat.Pieces(question)
            .Select(piece => question[piece].Trim())
            .Where(piece => piece.Length > 0 && char.IsLetter(piece[0]) && !known.Contains(piece))
            .Distinct(StringComparer.Ordinal);
    }

    // One question of each of three families, the shortest of each.
    private static IEnumerable<string> Examples() => TaskShelf.Load(null).Problems
        .GroupBy(problem => problem.Family, StringComparer.Ordinal)
        .Select(family => family.Select(problem => problem.Question).MinBy(text => text.Length)!)
        .OrderBy(text => text.Length)
        .Take(ExamplesShown);
}
