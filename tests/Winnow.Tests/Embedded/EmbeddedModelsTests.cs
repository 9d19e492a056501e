using Microsoft.Extensions.AI;
using Winnow.Embedded;
using Winnow.Models;
using Winnow.Tasks;
using Winnow.Tasks.Families;

namespace Winnow.Tests.Embedded;

public sealed class EmbeddedModelsTests
{
    [Fact]
    public void Every_shipped_file_is_the_one_the_manifest_names() => Assert.Empty(EmbeddedManifest.Default.Verify());

    [Fact]
    public void All_weights_together_stay_under_twenty_megabytes()
    {
        long bytes = EmbeddedModels.Names.Sum(name => new FileInfo(Path.Combine(EmbeddedModels.FolderOf(name), "model.safetensors")).Length);
        Assert.InRange(bytes, 1, 20_000_000);
    }

    [Fact]
    public void Every_generator_shares_one_vocabulary_and_loads()
    {
        foreach (string name in EmbeddedModels.Names)
        {
            using ILanguageModel model = EmbeddedModels.Load(name);
            Assert.Equal(512, model.Info.ContextLength);
            Assert.Equal([3], model.Vocabulary.Encode("[steps]"));
        }
    }

    [Fact]
    public void An_unknown_name_is_refused_with_the_names_there_are()
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => EmbeddedModels.Load("embeded"));
        Assert.Contains("embedded-small", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_problem_of_a_bundled_task_was_ever_trained_on()
    {
        foreach (string name in EmbeddedTasks.Names)
        {
            TaskSet task = EmbeddedTasks.Load(name);
            Assert.NotEmpty(task.Problems);
            Assert.All(task.Problems, problem => Assert.True(HoldOut.IsHeldOut(problem.Family!, problem.Question), problem.Id));
            Assert.Equal(task.Problems.Count, task.Problems.Select(problem => problem.Family + problem.Question).Distinct(StringComparer.Ordinal).Count());
        }
    }

    [Fact]
    public async Task A_plain_chat_request_is_one_draw_that_streams_line_by_line()
    {
        using IChatClient client = EmbeddedModels.OpenChatClient();
        List<string> parts = [];
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Sort umbrella acorn", new ChatOptions { Temperature = 0 }, TestContext.Current.CancellationToken))
        {
            parts.Add(update.Text);
        }
        Assert.Equal(" acorn\n", parts[0]);
        Assert.Contains("A: acorn umbrella", string.Concat(parts), StringComparison.Ordinal);
    }
}
