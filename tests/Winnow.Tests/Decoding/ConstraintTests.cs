using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using Winnow.Decoding;
using Winnow.Decoding.Constraints;
using Winnow.Numerics;

namespace Winnow.Tests.Decoding;

public sealed class ConstraintTests
{
    [Theory]
    [InlineData(@"a|b*c{2,3}")]
    [InlineData(@"(ab|a)*c?")]
    [InlineData(@"[a-c]{2,}(b|$)?")]
    [InlineData(@"(a?b?){3}")]
    [InlineData(@"[^a]+a")]
    [InlineData(@"(a|bc){2,4}")]
    public void A_pattern_accepts_what_the_platforms_engine_matches_whole(string pattern)
    {
        pattern = pattern.Replace("|$", "", StringComparison.Ordinal);
        Grammar grammar = Grammar.FromRegex(pattern);
        Regex oracle = new($"^(?:{pattern})\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        foreach (string text in Texts("abc", 5))
        {
            Assert.True(oracle.IsMatch(text) == grammar.Matches(text), $"{pattern} on \"{text}\"");
        }
    }

    [Theory]
    [InlineData("(?=a)b", "look-around")]
    [InlineData(@"(a)\1", "back-references")]
    [InlineData(@"\bword", "word boundaries")]
    [InlineData("a**", "cannot be repeated")]
    [InlineData("(a", "')' is expected before the end")]
    [InlineData("a)", "no partner")]
    [InlineData("a{3,2}", "at least 3 and at most 2")]
    [InlineData("[z-a]", "goes from one character up to another")]
    public void What_no_automaton_can_hold_is_refused_by_name(string pattern, string reason)
    {
        var error = Assert.Throws<FormatException>(() => Grammar.FromRegex(pattern));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Characters_beyond_ascii_are_read_as_bytes()
    {
        Grammar grammar = Grammar.FromRegex("[à-ü€😀-😎]+");
        Assert.True(grammar.Matches("éü€😃"));
        Assert.False(grammar.Matches("a"));
        Assert.False(grammar.Matches("😏"));
        Gen.Select(Gen.Int[0, 0x10FFFF], Gen.Int[0, 0x10FFFF], Gen.Int[0, 0x10FFFF]).Sample((a, b, c) =>
        {
            (int first, int last) = (Math.Min(a, b), Math.Max(a, b));
            if (!Rune.IsValid(c))
            {
                return;
            }
            byte[] bytes = Encoding.UTF8.GetBytes(new Rune(c).ToString());
            bool isMatched = CodePoints.Of((first, last)).Ranges.SelectMany(r => Utf8Ranges.Split(r.First, r.Last))
                .Any(s => s.Length == bytes.Length && s.Zip(bytes).All(p => p.First.First <= p.Second && p.Second <= p.First.Last));
            Assert.Equal(first <= c && c <= last, isMatched);
        }, iter: 2000, threads: 1);
    }

    [Fact]
    public void A_recursive_grammar_counts_its_brackets()
    {
        Grammar grammar = Grammar.FromGbnf("""
            # balanced brackets
            root ::= pair*
            pair ::= "(" root ")"
                   | "[" root "]"
            """);
        Assert.All((string[])["", "()", "([])()", "(([]))"], text => Assert.True(grammar.Matches(text), text));
        Assert.All((string[])["(", "(]", "())", "([)]"], text => Assert.False(grammar.Matches(text), text));
    }

    [Fact]
    public void A_rule_that_never_ends_is_not_entered()
    {
        TokenConstraint constraint = new(Grammar.FromGbnf("root ::= \"a\" endless | \"b\"\nendless ::= \"x\" endless"), new ByteVocabulary());
        Assert.Equal(1, constraint.Allowed(constraint.Start).Count);
        Assert.True(constraint.Allowed(constraint.Start).Contains('b'));
        var error = Assert.Throws<FormatException>(() => Grammar.FromGbnf("root ::= \"a\" root"));
        Assert.Contains("never comes to an end", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_that_forgets_reads_on_as_before()
    {
        Grammar grammar = Grammar.FromGbnf("root ::= \"a\" root \"b\" | \"c\"");
        GrammarMachine forgetful = grammar.Open(mostStates: 3);
        foreach (string text in (string[])["aaaaacbbbbb", "aaaaacbbbb", "c", "aacbbb"])
        {
            GrammarState state = text.Aggregate(forgetful.Start, (at, letter) => forgetful.Next(at, (byte)letter));
            Assert.Equal(grammar.Matches(text), state.IsAccepting);
            Assert.InRange(forgetful.StateCount, 0, 4);
        }
    }

    [Fact]
    public void Nested_bounded_repetitions_do_not_hang()
    {
        Grammar grammar = Grammar.FromRegex("((((((a{0,99}){0,99}){0,99}){0,99}){0,99}){0,99})b");
        Assert.True(grammar.Matches("b"));
        Assert.True(grammar.Matches("ab"));
        Assert.False(grammar.Matches("aac"));
    }

    [Theory]
    [InlineData("""{"type":"string","minLength":"many"}""", "a value of the wrong kind")]
    [InlineData("""{"type":"object","patternProperties":{}}""", "the keyword \"patternProperties\" is not supported")]
    [InlineData("""{"type":"object","properties":{"a":{"not":{}}}}""", "at #/properties/a, the keyword \"not\" is not supported")]
    [InlineData("""{"type":"number","minimum":1}""", "\"minimum\" is supported for whole numbers only")]
    [InlineData("""{"type":"string","format":"email"}""", "the format \"email\" is not supported")]
    [InlineData("""{"$ref":"other.json"}""", "leads out of the document")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "\"#/$defs/none\", which is not in it")]
    [InlineData("""{"anyOf":[{"type":"null"}],"minLength":3}""", "\"minLength\" beside \"anyOf\" is not supported")]
    [InlineData("""{"type":""", "is not JSON")]
    public void A_schema_that_cannot_be_held_is_refused_by_its_keyword(string schema, string reason)
    {
        var error = Assert.Throws<FormatException>(() => Grammar.FromJsonSchema(schema));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}},"required":["b"]}""",
        """{"b":"x"}|{"a": 1, "b": "x"}|{ "a":1,"b":"" }""", """{}|{"a":1}|{"b":"x","a":1}|{"b":"x","c":1}|{"a":"1","b":"x"}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"null"}},"additionalProperties":{"type":"integer"}}""",
        """{}|{"a":null}|{"a":null,"b":1}|{"ab":1,"":2}""", """{"a":1}|{"b":"x"}|{"a":null,"a":1}""")]
    [InlineData("""{"$defs":{"tree":{"type":"object","properties":{"v":{"type":"boolean"},"next":{"$ref":"#/$defs/tree"}},"required":["v"]}},"$ref":"#/$defs/tree"}""",
        """{"v":true}|{"v":true,"next":{"v":false,"next":{"v":true}}}""", """{"next":{"v":true}}|{"v":true,"next":{}}""")]
    [InlineData("""{"type":"string","pattern":"^a[\"\\\\]b$"}""", """ "a\"b"|"a\\b" """, """ "ab"|"a"b" """)]
    [InlineData("""{"type":"string","pattern":"b+"}""", """ "abc"|"b" """, """ "ac"|"" """)]
    [InlineData("""{"type":"string","format":"date"}""", """ "2024-02-29" """, """ "2024-13-01"|"24-01-01" """)]
    [InlineData("""{"prefixItems":[{"type":"integer"},{"type":"string"}],"items":false,"minItems":1}""", """[1]|[1,"a"]""", """[]|["a"]|[1,"a",2]""")]
    [InlineData("""{"allOf":[{"properties":{"a":{"type":"integer"}},"required":["a"]},{"properties":{"b":{"type":"integer"}}}],"type":"object"}""",
        """{"a":1}|{"a":1,"b":2}""", """{}|{"b":2}""")]
    [InlineData("{}", """{"a":[1,-2.5e3,"\u00e9",{"b":null}]}|true|"x" """, """{a:1}|[1,]|01""")]
    [InlineData("""{"oneOf":[{"type":"integer","minimum":-5,"maximum":-2},{"const":"no"}]}""", """-5|-3|-2|"no" """, """-6|-1|0|no""")]
    public void A_schema_accepts_its_texts_and_no_others(string schema, string accepted, string refused)
    {
        Grammar grammar = Grammar.FromJsonSchema(schema);
        Assert.All(accepted.Trim().Split('|'), text => Assert.True(grammar.Matches(text), text));
        Assert.All(refused.Trim().Split('|'), text => Assert.False(grammar.Matches(text), text));
    }

    [Fact]
    public void Whole_numbers_are_held_to_their_bounds() =>
        Gen.Select(Gen.Int[-1200, 1200], Gen.Int[0, 1500], Gen.Int[-3000, 3000]).Sample((least, span, number) =>
        {
            Grammar grammar = Grammar.FromJsonSchema($$"""{"type":"integer","minimum":{{least}},"maximum":{{least + span}}}""");
            Assert.Equal(number >= least && number <= least + span, grammar.Matches($"{number}"));
        }, iter: 500, threads: 1);

    [Theory]
    [InlineData("regex", @"(ab|a)*[cé]")]
    [InlineData("gbnf", "root ::= \"a\" root \"b\" | \"c\"")]
    [InlineData("schema", """{"type":"object","properties":{"a":{"type":"array","items":{"enum":["ab","c"]}}}}""")]
    public void A_mask_is_what_trying_every_token_gives(string kind, string text)
    {
        Grammar grammar = Make(kind, text);
        ByteVocabulary vocabulary = new("ab", "abc", "aab", "{\"", "\":[", "\"a\"", "\",\"", "é", "cc");
        TokenConstraint constraint = new(grammar, vocabulary);
        HashedUniforms uniforms = new(4);
        GrammarState state = constraint.Start;
        for (int step = 0; step < 12; step++)
        {
            TokenMask mask = constraint.Allowed(state);
            int[] allowed = [.. Enumerable.Range(0, vocabulary.Size).Where(t => !vocabulary.IsSpecial(t) && !constraint.Next(state, t).IsDead)];
            Assert.Equal(allowed, Enumerable.Range(0, vocabulary.Size - 1).Where(mask.Contains));
            Assert.Equal(state.IsAccepting, mask.Contains(vocabulary.Size - 1));
            Assert.Equal(allowed.Length + (state.IsAccepting ? 1 : 0), mask.Count);
            if (allowed.Length == 0)
            {
                break;
            }
            state = constraint.Next(state, allowed[(int)(uniforms.Next("t", 0, 0, step) * allowed.Length)]);
        }
    }

    [Theory]
    [InlineData("schema", """{"type":"object","properties":{"name":{"type":"string","maxLength":6},"age":{"type":"integer","minimum":0,"maximum":120},"tags":{"type":"array","items":{"enum":["x","y"]},"maxItems":2}},"required":["name","age"]}""")]
    [InlineData("gbnf", "root ::= [0-9]{1,4} (\"+\" [0-9]{1,4}){0,3}")]
    [InlineData("regex", "(ab|cd){1,5}[é-ü]?")]
    public void Random_draws_that_end_are_in_the_language(string kind, string text)
    {
        Grammar grammar = Make(kind, text);
        ByteVocabulary vocabulary = new("ab", "abc", "{\"", "\":", "\"name\"", "\",\"", "12", "}", "++");
        SamplerChain chain = new(new ConstrainedTo(new TokenConstraint(grammar, vocabulary)) { TracksMass = true });
        SamplerWorkspace workspace = new();
        HashedUniforms uniforms = new(8);
        int ended = 0;
        for (int draw = 0; draw < 100; draw++)
        {
            SamplerRow row = chain.Open([]);
            while (row.Tokens.Length < 120)
            {
                float[] logits = TruncationTests.Make(vocabulary.Size, 1, 0, (ulong)(1000 * draw + row.Tokens.Length));
                logits[^1] += 3;
                int token = chain.Draw(logits, row, new StepContext(row.Tokens, 0, uniforms, slot: draw), workspace).Token;
                row.Accept(token);
                if (token == vocabulary.EndOfSequence)
                {
                    string made = vocabulary.Decode(row.Tokens);
                    Assert.True(grammar.Matches(made), made);
                    if (kind == "schema")
                    {
                        using JsonDocument parsed = JsonDocument.Parse(made);
                        Assert.InRange(parsed.RootElement.GetProperty("age").GetInt32(), 0, 120);
                    }
                    ended++;
                    break;
                }
            }
        }
        Assert.True(ended > 50, $"{ended} of 100 ended");
    }

    [Fact]
    public void Importance_weights_turn_masked_draws_into_draws_given_the_language()
    {
        // Two letters of equal probability, then the end; the language forbids "ab". Masked, "aa" is as likely as "ba" and "bb"
        // together; given the language, all three are equally likely.
        Grammar grammar = Grammar.FromRegex("aa|ba|bb");
        LetterVocabulary letters = new(3);
        TokenConstraint constraint = new(grammar, letters);
        SamplerChain chain = new(new ConstrainedTo(constraint) { TracksMass = true });
        SamplerWorkspace workspace = new();
        Dictionary<string, double> weights = new(StringComparer.Ordinal);
        for (int draw = 0; draw < 4000; draw++)
        {
            SamplerRow row = chain.Open([]);
            for (int step = 0; step < 2; step++)
            {
                row.Accept(chain.Draw([0, 0, float.NegativeInfinity], row, new StepContext(row.Tokens, 0, new HashedUniforms(6), slot: draw), workspace).Token);
            }
            var state = (ConstraintState)row.State(0)!;
            Assert.True(state.IsAccepting);
            string made = letters.Decode(row.Tokens);
            weights[made] = weights.GetValueOrDefault(made) + Math.Exp(state.LogWeight) / 4000;
        }
        Assert.Equal(["aa", "ba", "bb"], weights.Keys.Order(StringComparer.Ordinal));
        Assert.All(weights.Values, weight => Assert.Equal(0.25, weight, 0.03));
    }

    private static Grammar Make(string kind, string text) => kind switch
    {
        "regex" => Grammar.FromRegex(text),
        "gbnf" => Grammar.FromGbnf(text),
        _ => Grammar.FromJsonSchema(text),
    };

    private static IEnumerable<string> Texts(string letters, int longest) =>
        longest == 0 ? [""] : Texts(letters, longest - 1).SelectMany(text => text.Length == longest - 1 ? letters.Select(c => text + c).Prepend(text) : [text]);
}
