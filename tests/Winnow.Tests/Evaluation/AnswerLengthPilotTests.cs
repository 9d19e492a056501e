using Winnow.Evaluation;
using Winnow.Search;

namespace Winnow.Tests.Evaluation;

public sealed class AnswerLengthPilotTests
{
    [Fact]
    public async Task The_length_is_that_of_greedy_answers()
    {
        // Greedy takes the likelier child twice: 3 and 2 tokens.
        int? length = await AnswerLengthPilot.MeasureAsync(
            new ScriptedProposer(ScriptedComparisons.Tree), ScriptedComparisons.Task(20).Problems, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(5, length);
    }

    [Fact]
    public async Task There_is_no_length_where_no_answer_ends() =>
        Assert.Null(await AnswerLengthPilot.MeasureAsync(
            new ScriptedProposer(ScriptedComparisons.Tree, new ScriptedCosts { FailureRate = 1 }), ScriptedComparisons.Task(3).Problems, cancellationToken: TestContext.Current.CancellationToken));
}
