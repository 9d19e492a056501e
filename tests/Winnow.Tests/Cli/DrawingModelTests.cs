using Winnow.Cli.Sources;
using Winnow.Inference;
using Winnow.Tasks;

namespace Winnow.Tests.Cli;

public sealed class DrawingModelTests : IDisposable
{
    private readonly TinyModelFolder _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_model_of_conversations_reads_questions_by_its_template_and_prompts_of_a_form_of_their_own_as_they_are()
    {
        File.WriteAllText(Path.Combine(_model.Path, "chat_template.jinja"), "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}<answer>");
        TaskSet task = Task();
        TaskSet framed = Framed(task);
        Assert.Equal($"<user>{task.Problems[0].Prompt}<answer>", framed.Problems[0].Prompt);
        Assert.Equal("2+2=", framed.Problems[1].Prompt);
        Assert.Equal(task.Problems.Select(p => p.Question), framed.Problems.Select(p => p.Question));
        Assert.Equal(framed.Problems, Framed(framed).Problems);
    }

    [Fact]
    public void A_model_without_a_template_reads_questions_as_they_are()
    {
        TaskSet task = Task();
        Assert.Equal(task.Problems, Framed(task).Problems);
    }

    private TaskSet Framed(TaskSet task)
    {
        using DecoderModel model = DecoderModel.Load(_model.Path);
        return new LocalModel(model).Frame(task);
    }

    private TaskSet Task()
    {
        string path = Path.Combine(_model.Path, "task.jsonl");
        File.WriteAllLines(path, ["""{"input":"What is 1+1?","target":"2"}""", """{"input":"What is 2+2?","prompt":"2+2=","target":"4"}"""]);
        return TaskShelf.Load(path);
    }
}
