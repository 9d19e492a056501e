using System.Text;
using Winnow.Evaluation;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Rendering.Reports;

/// <summary>What every strategy drew for some problems, and why one answer won. Filtered without a script.</summary>
internal static class TranscriptSection
{
    private const int QuestionLength = 160, KeyLength = 60, PromptLength = 6000;

    private static readonly (string Id, string Label)[] s_filters =
        [("all", "all"), ("differ", "strategies disagree"), ("gain", "greedy wrong, a search right"), ("loss", "greedy right, a search wrong"), ("none", "none right")];

    /// <summary>The section, or nothing where there are no transcripts.</summary>
    public static void Write(StringBuilder html, ComparisonResult result, ReportFacts facts)
    {
        if (result.Transcripts.Count == 0)
        {
            return;
        }
        List<Transcript[]> problems = [.. result.Transcripts.GroupBy(t => t.Problem.Id, StringComparer.Ordinal).Select(g => g.ToArray())];
        html.Append("<section id=\"transcripts\"><h2>Transcripts</h2><p class=\"note\">What every strategy drew for ").Append(Figures.Count(problems.Count))
            .Append(" problems at the largest budget, and why one answer won. Candidates with equal answers stand together; the chosen one has a frame.</p>\n");
        foreach ((string id, _) in s_filters)
        {
            html.Append("<input class=\"pick\" type=\"radio\" name=\"show\" id=\"show-").Append(id).Append(id == "all" ? "\" checked>" : "\">");
        }
        html.Append("<div class=\"filters\">");
        foreach ((string id, string label) in s_filters)
        {
            int count = id == "all" ? problems.Count : problems.Count(p => Marks(p).Contains(id, StringComparer.Ordinal));
            html.Append("<label for=\"show-").Append(id).Append("\">").Append(label).Append(" · ").Append(count).Append("</label>");
        }

        html.Append("</div>\n<div class=\"items\">\n");
        int from = html.Length;
        foreach (Transcript[] problem in problems)
        {
            Item(html, problem, facts, from);
        }
        html.Append("</div></section>\n");
    }

    // The ceiling knows the answer, so it says nothing about agreement or gain.
    private static string[] Marks(Transcript[] problem)
    {
        Transcript[] methods = [.. problem.Where(t => t.Result.Strategy != ComparisonFindings.Ceiling)];
        Transcript? greedy = methods.FirstOrDefault(t => t.Result.Strategy == "greedy");
        List<string> marks = [];
        if (methods.Select(t => t.Result.Answer).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            marks.Add("differ");
        }
        if (greedy is { IsCorrect: false } && methods.Any(t => t.IsCorrect))
        {
            marks.Add("gain");
        }
        if (greedy is { IsCorrect: true } && methods.Any(t => !t.IsCorrect))
        {
            marks.Add("loss");
        }
        if (methods.All(t => !t.IsCorrect))
        {
            marks.Add("none");
        }
        return [.. marks];
    }

    private static void Item(StringBuilder html, Transcript[] transcripts, ReportFacts facts, int from)
    {
        Problem problem = transcripts[0].Problem;
        html.Append("<details class=\"").AppendJoin(' ', Marks(transcripts).Prepend("problem")).Append("\"><summary><span class=\"question\">")
            .Append(SafeText.Encode(SafeText.OneLine(problem.Question), QuestionLength)).Append("</span> <span class=\"target\">");
        if (problem.Target is not null)
        {
            html.Append("right: ").Append(SafeText.Encode(SafeText.OneLine(problem.Target), KeyLength));
        }
        html.Append("</span><span class=\"chips\">");
        foreach (Transcript t in transcripts)
        {
            html.Append("<span class=\"chip ").Append(t.IsCorrect ? "right\">✓ " : "wrong\">✗ ").Append(SafeText.Encode(t.Result.Strategy)).Append(' ').Append(Key(t.Result.Answer)).Append("</span>");
        }
        html.Append("</span></summary><div class=\"inside\">\n<p class=\"note\">").Append(SafeText.Encode(problem.Id));
        if (problem.Family is not null)
        {
            html.Append(" · ").Append(SafeText.Encode(problem.Family));
        }
        if (problem.Level is not null)
        {
            html.Append(" · level ").Append(problem.Level);
        }
        html.Append("</p><details><summary>What the model read</summary><pre class=\"box\">").Append(SafeText.Encode(problem.Prompt, PromptLength)).Append("</pre></details>\n");
        foreach (Transcript t in transcripts)
        {
            Strategy(html, t, facts, from);
        }
        html.Append("</div></details>\n");
    }

    private static void Strategy(StringBuilder html, Transcript transcript, ReportFacts facts, int from)
    {
        SearchResult result = transcript.Result;
        html.Append("<details class=\"strategy\"><summary><b>").Append(SafeText.Encode(result.Strategy)).Append("</b><span class=\"chip ").Append(transcript.IsCorrect ? "right\">✓ " : "wrong\">✗ ")
            .Append(Key(result.Answer)).Append("</span><span class=\"note\">").Append(Figures.Count(result.Candidates.Count)).Append(result.Candidates.Count == 1 ? " candidate · " : " candidates · ")
            .Append(Figures.Count(result.Usage.Tokens)).Append(" tokens");
        if (result.Confidence is { } confidence)
        {
            html.Append(" · ").Append(Figures.Percent(confidence)).Append(" of the votes");
        }
        html.Append("</span></summary>\n");
        if (result.Why.Length > 0)
        {
            html.Append("<p class=\"why\">").Append(SafeText.Encode(result.Why, 600)).Append("</p>\n");
        }
        double total = result.Candidates.Sum(c => c.Weight);
        var shown = result.Candidates.Select((c, i) => (Candidate: c, Index: i)).OrderByDescending(c => c.Index == result.Selected).ThenBy(c => c.Index).Take(facts.MaxCandidates);
        var groups = shown.GroupBy(c => c.Candidate.Key, StringComparer.Ordinal)
            .OrderByDescending(g => g.Key is not null && g.Key == result.Answer).ThenByDescending(g => g.Key is not null).ThenByDescending(g => g.Sum(c => c.Candidate.Weight)).ThenBy(g => g.Min(c => c.Index));
        foreach (var group in groups)
        {
            bool chosen = group.Key is not null && group.Key == result.Answer;
            html.Append(chosen ? "<div class=\"group chosen\"><p>" : "<div class=\"group\"><p>")
                .Append(group.Key is null ? "no answer" : $"answer <b>{Key(group.Key)}</b>").Append(" <span class=\"note\">").Append(group.Count()).Append(group.Count() == 1 ? " draw" : " draws");
            double weight = group.Sum(c => c.Candidate.Weight);
            if (total > 0 && group.Key is not null)
            {
                html.Append(" · ").Append(Figures.Percent(weight / total)).Append(" of the weight ").Append(IntervalBar.Share(weight / total));
            }
            html.Append("</span>").Append(chosen ? "<span class=\"tag pickd\">won</span>" : "").Append("</p><div class=\"draws\">\n");
            foreach ((Candidate candidate, int index) in group.OrderByDescending(c => c.Index == result.Selected).ThenByDescending(c => c.Candidate.Weight).ThenBy(c => c.Index))
            {
                Draw(html, candidate, index, index == result.Selected, facts, html.Length - from < facts.MaxTranscriptLength);
            }
            html.Append("</div></div>\n");
        }

        if (result.Candidates.Count > facts.MaxCandidates)
        {
            html.Append("<p class=\"note why\">").Append(Figures.Count(result.Candidates.Count - facts.MaxCandidates)).Append(" further candidates are left out here.</p>\n");
        }
        html.Append("</details>\n");
    }

    private static void Draw(StringBuilder html, Candidate candidate, int index, bool selected, ReportFacts facts, bool withText)
    {
        PartialAnswer answer = candidate.Answer;
        html.Append(selected ? "<div class=\"draw pickd\"><div class=\"meta\"><b>#" : "<div class=\"draw\"><div class=\"meta\"><b>#").Append(index).Append("</b>");
        if (candidate.Score is { } score)
        {
            html.Append("<span>score ").Append(score.HasValue ? Figures.Number(score.Value, 3) : "none: " + SafeText.Encode(score.Reason!, 200)).Append("</span>");
        }
        html.Append("<span>weight ").Append(Figures.Number(candidate.Weight, 3)).Append("</span>");
        if (answer.LogProb is { } logProb)
        {
            html.Append("<span>log p ").Append(Figures.Number(logProb, 2)).Append("</span>");
        }
        html.Append("<span>").Append(Figures.Count(answer.TokenCount)).Append(" tokens</span>");
        if (answer.State is RowState.Cut or RowState.Failed)
        {
            html.Append("<span class=\"failed\">").Append(answer.State == RowState.Cut ? "cut" : "failed").Append(answer.Reason is null ? "" : ": " + SafeText.Encode(answer.Reason, 300)).Append("</span>");
        }
        html.Append("</div>").Append(withText ? $"<pre>{SafeText.Encode(answer.Text.Trim('\n'), facts.MaxTextLength)}</pre>" : "<p class=\"note\">Text left out to keep the file small.</p>").Append("</div>\n");
    }

    private static string Key(string? key) => key is null ? "–" : SafeText.Encode(SafeText.OneLine(key), KeyLength);
}
