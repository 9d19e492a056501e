using System.Collections.Immutable;

namespace Winnow.Decoding.Constraints;

/// <summary>A language over Unicode text, as a tree: what regular expressions, grammars and schemas are turned into.</summary>
internal abstract record Expression
{
    /// <summary>The empty text.</summary>
    public static readonly Expression Empty = new Sequence([]);

    /// <summary>One given text.</summary>
    public static Expression Text(string text) => new Sequence([.. text.EnumerateRunes().Select(r => (Expression)new CharacterClass(CodePoints.Of(r.Value)))]);

    /// <summary>One after the other.</summary>
    public static Expression Of(params ReadOnlySpan<Expression> parts) => parts.Length == 1 ? parts[0] : new Sequence([.. parts]);

    /// <summary>Any one of them.</summary>
    public static Expression Any(params IEnumerable<Expression> options) => options.ToImmutableArray() is [var only] ? only : new Alternatives([.. options]);

    /// <summary>Nothing or this.</summary>
    public Expression Optional() => new Repetition(this, 0, 1);

    /// <summary>This any number of times.</summary>
    public Expression Many(int least = 0, int? most = null) => new Repetition(this, least, most);
}

/// <summary>One code point of a set.</summary>
internal sealed record CharacterClass(CodePoints Set) : Expression;

/// <summary>All parts, in their order.</summary>
internal sealed record Sequence(ImmutableArray<Expression> Parts) : Expression;

/// <summary>One of the options; none at all where the list is empty.</summary>
internal sealed record Alternatives(ImmutableArray<Expression> Options) : Expression;

/// <summary>The body, at least and at most so many times.</summary>
internal sealed record Repetition(Expression Body, int Least, int? Most) : Expression;

/// <summary>A rule by its name.</summary>
internal sealed record RuleReference(string Name) : Expression;
