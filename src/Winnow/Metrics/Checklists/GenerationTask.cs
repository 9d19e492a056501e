namespace Winnow.Metrics.Checklists;

/// <summary>A kind of text generation, what makes its output good, and how that is measured.</summary>
/// <param name="Id">Kebab-case.</param>
/// <param name="Name">For people.</param>
/// <param name="Is">What the model is asked for, in a sentence.</param>
/// <param name="Forms">Kinds of it.</param>
/// <param name="Quality">Metrics of closeness to references, as <c>winnow metrics</c> names them; others in words.</param>
/// <param name="Diversity">Metrics of variety.</param>
/// <param name="Faithfulness">What must be true of the text, and how that is checked.</param>
/// <param name="Pitfalls">Where numbers mislead.</param>
public sealed record GenerationTask(
    string Id, string Name, string Is, IReadOnlyList<string> Forms, IReadOnlyList<string> Quality, IReadOnlyList<string> Diversity,
    IReadOnlyList<string> Faithfulness, IReadOnlyList<string> Pitfalls)
{
    /// <summary>The five tasks of the review.</summary>
    /// <remarks>Source of the taxonomy: Becker, Wahle, Gipp and Ruas (2024), "Text Generation: A Systematic Literature Review of Tasks, Evaluation, and Challenges".</remarks>
    public static IReadOnlyList<GenerationTask> All { get; } =
    [
        new("open-ended", "Open-ended generation", "Continue a text or a talk where very many continuations are good.",
            ["stories", "dialogue", "continuation of a text"],
            ["mauve (against texts by people)", "perplexity under a model other than the one that wrote"],
            ["distinct-2", "self-bleu", "rep-4", "zipf"],
            ["coherence with the prompt, judged by people or by a model whose agreement with people is known"],
            ["Overlap with one reference says nothing: a good story shares few words with another.",
             "A low perplexity is also that of a text that repeats itself; show diversity beside it.",
             "Compare texts of equal length: diversity falls with length."]),
        new("summarization", "Summarization", "Say the same in fewer words.",
            ["extractive", "abstractive", "of one document", "of several documents"],
            ["rouge-1", "rouge-2", "rouge-lsum", "chrf"],
            ["rep-4", "share of n-grams that are new against the source"],
            ["every statement follows from the source: entailment or questions answered from both texts", "length-ratio against the limit that was set"],
            ["ROUGE rewards copying and does not see a wrong name or number.",
             "There are three ROUGE-L; name the one (signature), and put one sentence on a line for rouge-lsum.",
             "The first sentences of a news text are a strong baseline: report it."]),
        new("translation", "Translation", "Say the same in another language.",
            ["sentences", "documents", "of many languages"],
            ["bleu", "chrf", "ter", "a learned metric with model and version"],
            ["rep-4"],
            ["nothing added, nothing left out: length-ratio, and people on a sample"],
            ["BLEU of different tokenizers differ by points: compare only equal signatures.",
             "Differences below one point of BLEU are often within the interval: show it, and a paired test.",
             "Overlap agrees best with people here, and still not on good systems that lie close together."]),
        new("paraphrasing", "Paraphrasing", "Say the same in other words.",
            ["lexical", "syntactic", "of style"],
            ["chrf (against references)", "embedding similarity to the source"],
            ["self-bleu among the paraphrases", "bleu against the source (lower is more changed)"],
            ["same meaning as the source in both directions"],
            ["Copying the source is the best paraphrase by overlap with it: measure closeness of meaning and distance of words together.",
             "One reference is one of many: several raise what overlap can see."]),
        new("question-answering", "Question answering", "Answer a question from a text or from what was learned.",
            ["from a given text", "without one", "in several turns"],
            ["exact-match", "token-f1", "rouge-l for long answers"],
            ["agreement of several draws (majority vote)"],
            ["the answer stands in the source that is named", "no answer where none can be given"],
            ["Exact match depends on how answers are normalized: state it.",
             "Questions whose answers were in the training data measure memory."]),
    ];

    /// <summary>The task with an id; null where there is none.</summary>
    public static GenerationTask? Find(string id) => All.FirstOrDefault(task => task.Id == id);
}
