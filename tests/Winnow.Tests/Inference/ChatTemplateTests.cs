using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using Winnow.Inference;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Decoders;
using Winnow.Inference.Templates;
using Winnow.Search;
using Winnow.Search.Chat;
using Winnow.Testing;
using Winnow.Testing.Models;

namespace Winnow.Tests.Inference;

public sealed class ChatTemplateTests
{
    private static readonly JsonArray Messages = JsonNode.Parse(
        """[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi  "},{"role":"assistant","content":"Zürich 😀","score":1.5}]""")!.AsArray();

    // Right-hand sides are those of Jinja2 with trim_blocks and lstrip_blocks.
    [Theory]
    [InlineData("{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 10 }} {{ 1 + 2 * 3 }}", "3 -4 2 3.5 1024 7")]
    [InlineData("{{ 1e16 }} {{ 0.1 }} {{ 1.0 }} {{ 100000.5 }} {{ 0.00001 }}", "1e+16 0.1 1.0 100000.5 1e-05")]
    [InlineData("{{ 'a' ~ 1 ~ none ~ true }}", "a1NoneTrue")]
    [InlineData("{{ [1, 'a\\'b', none, (1,), {'k': 2.0}] }}", "[1, \"a'b\", None, (1,), {'k': 2.0}]")]
    [InlineData("{{ missing }}|{{ missing is defined }}|{{ missing | default('x') }}|{{ '' | default('y', true) }}", "|False|x|y")]
    [InlineData("{% for c in 'ab' %}{{ loop.index }}{{ c }}{{ ',' if not loop.last }}{% endfor %}", "1a,2b")]
    [InlineData("{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }};{% endfor %}", "a=1;b=2;")]
    [InlineData("{% for m in messages if m.role != 'system' %}{{ loop.length }}{{ m.role[0] }}{% else %}none{% endfor %}", "2u2a")]
    [InlineData("{% for m in [] %}x{% else %}none{% endfor %}", "none")]
    [InlineData("{% for i in range(9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i > 3 %}{% break %}{% endif %}{{ i }}{% endfor %}", "013")]
    [InlineData("{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{% endfor %}{{ x }}", "1")]
    [InlineData("{% set ns = namespace(x=1) %}{% for i in [1, 2] %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}", "4")]
    [InlineData("{% macro m(a, b='z') %}<{{ a }}{{ b }}>{% endmacro %}{{ m('x') }}{{ m('x', b='y') | upper }}", "<xz><XY>")]
    [InlineData("{% set t %}  in {{ 1 }}{% endset %}[{{ t | trim }}]", "[in 1]")]
    [InlineData("{{ messages[-1].content[:6] }} {{ messages[1]['content'].rstrip() }} {{ messages[::-1][0].role }}", "Zürich Hi assistant")]
    [InlineData("{{ messages | map(attribute='role') | join(', ') }} {{ messages | selectattr('role', 'equalto', 'user') | list | length }}", "system, user, assistant 1")]
    [InlineData("{{ messages[2] | tojson }}", """{"role": "assistant", "content": "Zürich 😀", "score": 1.5}""")]
    [InlineData("{{ {'b': [1, {}], 'a': '<&>\"'} | tojson(indent=2) }}", "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": \"<&>\\\"\"\n}")]
    [InlineData("{{ 'x' in 'axb' and 'k' in {'k': 1} and 3 not in [1, 2] }}", "True")]
    [InlineData("{{ 1 < 2 <= 2 }} {{ 'a' is string and none is none and {} is mapping and 3 is odd }}", "True True")]
    [InlineData("{{ 'a-b-c'.split('-') | last }} {{ 'Abc'.lower() }} {{ 'one two'.title() }} {{ ' x '.strip() }}", "c abc One Two x")]
    [InlineData("{{ -2 | abs }} {{ '12' | int + 1 }} {{ [3, 1, 2] | sort | first }} {{ 'äb' | length }}", "2 13 1 2")]
    [InlineData("{% raw %}{{ not this }}{% endraw %}{# nor this #}!", "{{ not this }}!")]
    [InlineData("a\n  {% if true %}\nb\n  {% endif %}\nc\n", "a\nb\nc")]
    [InlineData("a\n  {%- if true -%}\n b \n{%- endif %}\nc", "abc")]
    [InlineData("  {{ 1 }}  \n  {%+ if true %}x{% endif +%}\ny", "  1  \n  x\ny")]
    [InlineData("{{ '}}' ~ '%}' }}{{ {'a': {'b': 1}}.a.b }}", "}}%}1")]
    [InlineData("{% generation %}kept{% endgeneration %}{% with a = 1 %}{{ a }}{% endwith %}{{ a }}", "kept1")]
    [InlineData("{% for m in messages[::-1] %}{% set index = (messages | length - 1) - loop.index0 %}{{ index }}{{ m.role[0] }}{% endfor %}", "2a1u0s")]
    [InlineData("{% if thinks is defined and thinks is false %}no{% else %}{{ 'a</t>\\n\\nb\\n'.split('</t>')[-1].lstrip('\\n').rstrip('\\n') }}{% endif %}", "b")]
    [InlineData("{{ messages[0].content.startswith('Be') and not messages[1].content.endswith('?') and messages[2].more is not defined }}", "True")]
    [InlineData("{{ strftime_now('%d %b %Y') }}", "05 Mar 2026")]
    public void Templates_render_as_in_jinja(string template, string text) => Assert.Equal(text, Render(template));

    [Theory]
    [InlineData("{% include 'x' %}", "line 1, column 4: the statement 'include'")]
    [InlineData("a\nb {{ x | frobnicate }}", "line 2, column 10: the filter 'frobnicate'")]
    [InlineData("{{ x is frob }}", "column 9: the test 'frob'")]
    [InlineData("{{ frob(1) }}", "the function 'frob'")]
    [InlineData("{{ 'a'.encode() }}", "the method 'encode' of a text")]
    [InlineData("{{ [].append(1) }}", "would change a list")]
    [InlineData("{{ messages.__class__.mro() }}", "")]
    [InlineData("{% for m in messages recursive %}{% endfor %}", "recursive")]
    [InlineData("{{ f(*x) }}", "'*'")]
    [InlineData("{% if x %}", "endif")]
    [InlineData("{{ 1", "'}}'")]
    [InlineData("{{ 'abc }}", "closing")]
    [InlineData("{{ missing.field }}", "'missing' is undefined")]
    [InlineData("{{ 1 if 1 if 1 if 1 if 1 if 1 if 1 if 1 if 1 if 1 if }}", "a value is expected here")]
    [InlineData("{{ 1 + 'a' }}", "there is no '+' of a whole number and a text")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "beyond 64 bits")]
    [InlineData("{{ 1 // 0 }}", "division by zero")]
    [InlineData("{{ raise_exception('no system role') }}", "no system role")]
    [InlineData("{{ namespace(a=1) }}", "a namespace cannot be written")]
    public void What_is_wrong_or_not_supported_is_named_with_its_place(string template, string named)
    {
        WinnowException error = Assert.Throws<WinnowException>(() => Render(template));
        Assert.StartsWith("chat template, line ", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}", "steps")]
    [InlineData("{% set ns = namespace(s='ab') %}{% for a in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}", "characters")]
    [InlineData("{{ 'ab' * 9000000000 }}", "characters")]
    [InlineData("{{ range(1000000000) }}", "range")]
    [InlineData("{% set ns = namespace(s='a') %}{% for a in range(99) %}{% set ns.s = ns.s.replace('a', 'aaaaaaaaaa') %}{% endfor %}", "characters")]
    [InlineData("{% set ns = namespace(x=[]) %}{% for a in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}", "deep")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "deep")]
    [InlineData("{% for a in range(90000) %}{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' }}{% endfor %}", "characters")]
    public void A_template_that_would_run_away_is_stopped(string template, string named)
    {
        WinnowException error = Assert.Throws<WinnowException>(() => Render(template));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("not ", "")]
    [InlineData("-", "")]
    [InlineData("1 if 1 else ", "")]
    public void Deep_nesting_is_refused_before_the_stack_ends(string open, string close)
    {
        string template = "{{ " + string.Concat(Enumerable.Repeat(open, 5000)) + "1" + string.Concat(Enumerable.Repeat(close, 5000)) + " }}";
        Assert.Contains("deep", Assert.Throws<WinnowException>(() => Render(template)).Message, StringComparison.Ordinal);
        string blocks = string.Concat(Enumerable.Repeat("{% if true %}", 5000));
        Assert.Contains("deep", Assert.Throws<WinnowException>(() => Render(blocks)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_is_rendered_or_refused_with_an_error_of_its_own_kind()
    {
        string[] parts = ["{{", "}}", "{%", "%}", "{#", "#}", "-", "+", " if ", " else ", "endif", "for", " in ", "endfor", "set", "x", "'", "\"", "(", ")", "[", "]", "{", "}", "|", "~", "=", ".", ",", "1", "messages", "loop", "macro", "endmacro", "raw", "endraw", " is ", "not ", "\n", "\\", "trim", "tojson", "*", "😀"];
        Gen.OneOf(Array.ConvertAll<string, Gen<string>>(parts, Gen.Const)).Array[0, 24].Sample(chosen =>
        {
            try
            {
                _ = Render(string.Concat(chosen));
            }
            catch (WinnowException)
            {
                // Refused, as broken templates are.
            }
        }, iter: 20_000);
    }

    [Fact]
    public void Messages_of_a_chat_client_reach_the_template_with_their_tool_calls()
    {
        ChatTemplatePrompt prompt = ChatTemplatePrompt.Of(new ByteVocabulary
        {
            ChatTemplate = "{% for m in messages %}{{ m.role }}:{{ m.content }}{% for c in m.tool_calls or [] %}{{ c.function.name }}{{ c.function.arguments | tojson }}{% endfor %};{% endfor %}",
        })!;
        string text = prompt.Render(
        [
            new ChatMessage(ChatRole.User, "weather?"),
            new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("1", "weather", new Dictionary<string, object?> { ["town"] = "Zürich", ["days"] = 2 })]),
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", "rain"), new FunctionResultContent("2", new JsonObject { ["t"] = 3 })]),
        ]);
        Assert.Equal("user:weather?;assistant:weather{\"town\": \"Zürich\", \"days\": 2};tool:rain;tool:{\"t\":3};", text);
        Assert.Null(ChatTemplatePrompt.Of(new ByteVocabulary()));
    }

    [Fact]
    public async Task A_model_with_a_template_is_a_chat_client_that_reads_by_it()
    {
        DecoderSettings settings = RandomDecoder.Settings(vocabulary: 257);
        using MemoryCheckpoint checkpoint = RandomDecoder.Checkpoint(settings, 4);
        const string Template = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}<assistant>";
        DecoderModel model = DecoderModel.Create(settings, checkpoint, new ByteVocabulary { ChatTemplate = Template }, "random");
        using var client = new LanguageModelChatClient(model, new ModelProposer(model, new ModelProposerOptions { MaxAnswerTokens = 3 }));
        ChatMessage[] conversation = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hi")];
        const string Prompt = "<system>Be brief.<user>Hi<assistant>";
        Assert.Equal(Prompt, client.GetService<PromptedProposer>()!.Prompt(conversation));
        ChatResponse response = await client.GetResponseAsync(conversation, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Prompt.Length, response.Usage!.InputTokenCount);
        using DecoderModel plain = DecoderModel.Create(settings, checkpoint, new ByteVocabulary(), "plain");
        Assert.Throws<ArgumentException>(() => new LanguageModelChatClient(plain, new ModelProposer(plain)));
    }

    private static string Render(string template) =>
        ChatTemplate.Parse(template, new TemplateOptions { Time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 5, 12, 0, 0, TimeSpan.Zero)) })
            .Render(new ChatTemplateInput { Messages = Messages });
}
