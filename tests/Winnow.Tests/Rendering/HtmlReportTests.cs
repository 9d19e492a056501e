using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Winnow.Evaluation;
using Winnow.Rendering.Reports;
using Winnow.Search;

namespace Winnow.Tests.Rendering;

public sealed partial class HtmlReportTests
{
    private const string Attack = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><style>*{display:none}</style>\u202e\u0000</pre></details>";

    private static readonly ComparisonResult s_result = SampleComparison.Make();

    [Fact]
    public void The_report_asks_for_nothing_from_elsewhere()
    {
        string html = HtmlReport.Write(s_result);
        Assert.DoesNotContain("http://", html);
        Assert.DoesNotContain("https://", html);
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("<link", html);
        Assert.DoesNotContain("<img", html);
        Assert.DoesNotContain("url(", html);
        Assert.DoesNotContain("@import", html);
        Assert.DoesNotMatch(InlineStyleOrHandler(), html);
    }

    [Fact]
    public void The_content_policy_allows_exactly_the_style_sheet_of_the_page()
    {
        string html = HtmlReport.Write(s_result);
        string style = Assert.Single(StyleSheet().Matches(html)).Groups["css"].Value;
        Assert.Contains($"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'", html);
    }

    [Fact]
    public void What_a_model_wrote_is_shown_and_never_obeyed()
    {
        string html = HtmlReport.Write(SampleComparison.Make(hostile: Attack));
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("<img", html);
        Assert.DoesNotContain('\u202e', html);
        Assert.DoesNotContain('\0', html);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html);
        Assert.Equal(Count(html, "<details"), Count(html, "</details>"));
        Assert.Equal(Count(html, "<pre"), Count(html, "</pre>"));
    }

    [Fact]
    public void Names_and_questions_are_encoded_too()
    {
        ComparisonResult hostile = s_result with
        {
            Task = Attack, Model = Attack, Scorer = Attack, LeftOut = [new(Attack, Attack)],
            Transcripts = [.. s_result.Transcripts.Select(t => t with { Problem = t.Problem with { Question = Attack, Prompt = Attack, Target = Attack, Id = Attack + t.Problem.Id, Family = Attack }, Result = t.Result with { Why = Attack, Answer = Attack } })],
        };
        string html = HtmlReport.Write(hostile, new ReportFacts { Command = Attack, Facts = [new(Attack, Attack)] });
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("<img", html);
        Assert.Single(StyleSheet().Matches(html));
    }

    [Fact]
    public void Every_problem_has_a_transcript_with_all_candidates_and_the_reason()
    {
        string html = HtmlReport.Write(s_result);
        Assert.Equal(24, Count(html, "<details class=\"problem"));
        Assert.Equal(s_result.Transcripts.Count, Count(html, "<details class=\"strategy\">"));
        Assert.Equal(s_result.Transcripts.Sum(t => t.Result.Candidates.Count), Count(html, "<div class=\"draw") - Count(html, "<div class=\"draws\">"));
        Assert.Equal(s_result.Transcripts.Count, Count(html, "<p class=\"why\">"));
        Assert.Contains("cut: The budget ended it after 30 tokens.", html);
        Assert.Contains("failed: The endpoint answered 500 three times.", html);
        Assert.Contains("score none: It did not finish.", html);
    }

    [Fact]
    public void The_filters_count_what_they_show()
    {
        string html = HtmlReport.Write(s_result);
        foreach ((string id, string mark) in ((string, string)[])[("differ", "differ"), ("gain", "gain"), ("loss", "loss"), ("none", "none")])
        {
            int counted = int.Parse(Regex.Match(html, $"for=\"show-{id}\">[^<]*· (?<n>[0-9]+)<", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups["n"].Value);
            int marked = Regex.Count(html, $"<details class=\"problem[a-z ]*\\b{mark}\\b", RegexOptions.None, TimeSpan.FromSeconds(1));
            Assert.Equal(marked, counted);
        }

        Assert.Contains("greedy wrong, a search right · ", html);
    }

    [Fact]
    public void Long_texts_and_many_candidates_do_not_make_the_file_grow_without_bound()
    {
        ComparisonResult large = SampleComparison.Make(transcripts: 20, hostile: new string('x', 100_000));
        Transcript crowded = large.Transcripts[1] with { Result = large.Transcripts[1].Result with { Candidates = [.. Enumerable.Repeat(large.Transcripts[1].Result.Candidates[0], 5000)] } };
        large = large with { Transcripts = [crowded, .. large.Transcripts] };
        string html = HtmlReport.Write(large, new ReportFacts { MaxTextLength = 500, MaxCandidates = 10, MaxTranscriptLength = 300_000 });
        Assert.InRange(html.Length, 200_000, 2_000_000);
        Assert.Contains("characters more)", html);
        Assert.Contains("4,990 further candidates are left out here.", html);
        Assert.Contains("Text left out to keep the file small.", html);
        Assert.Equal(20, Count(html, "<details class=\"problem"));
    }

    [Fact]
    public void Collected_is_the_share_of_the_way_from_one_draw_to_coverage()
    {
        ComparisonRow row = s_result.Rows.First(r => r.Strategy == "majority") with { Accuracy = 0.6, Coverage = 0.9 };
        Assert.Equal(0.4, ResultSections.Collected(row, oneDraw: 0.4), 12);
        Assert.Equal(-0.2, ResultSections.Collected(row, oneDraw: 0.65), 12);
        Assert.True(double.IsNaN(ResultSections.Collected(row, double.NaN)));
        Assert.True(double.IsNaN(ResultSections.Collected(row with { Coverage = 0.4 }, 0.4)));
        Assert.True(double.IsNaN(ResultSections.Collected(row with { Strategy = "repeated-sampling" }, 0.4)));
    }

    [Fact]
    public void Equal_comparisons_give_equal_files() =>
        Assert.Equal(HtmlReport.Write(s_result), HtmlReport.Write(SampleComparison.Make()));

    [Fact]
    public void Run_facts_and_the_command_to_repeat_are_there()
    {
        string html = HtmlReport.Write(s_result, new ReportFacts { Command = "winnow compare arithmetic --seed 1", Facts = [new("Temperature", "0.8")] });
        Assert.Contains("winnow compare arithmetic --seed 1", html);
        Assert.Contains("<dt>Temperature</dt><dd>0.8</dd>", html);
        Assert.Contains("<dt>Scorer</dt><dd>logprob:embedded</dd>", html);
        Assert.Contains("No process reward model is at hand", html);
    }

    [Fact]
    public void A_comparison_without_transcripts_or_tests_can_be_reported()
    {
        string html = HtmlReport.Write(s_result with { Transcripts = [], Tests = [], LeftOut = [] });
        Assert.Contains("No pair of strategies was tested.", html);
        Assert.DoesNotContain("id=\"transcripts\"", html);
    }

    [Fact]
    public void An_answer_without_any_candidate_can_be_reported()
    {
        Transcript none = s_result.Transcripts[0] with { Result = new SearchResult { Strategy = "greedy" }, IsCorrect = false };
        Assert.Contains("0 candidates", HtmlReport.Write(s_result with { Transcripts = [none] }));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    [GeneratedRegex("<[^>]*\\s(?:style|on[a-z]+)=", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex InlineStyleOrHandler();

    [GeneratedRegex("<style>(?<css>.*?)</style>", RegexOptions.Singleline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex StyleSheet();
}
