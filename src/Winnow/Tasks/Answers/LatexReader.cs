using System.Globalization;
using System.Numerics;
using System.Text;

namespace Winnow.Tasks.Answers;

/// <summary>Reads an answer in LaTeX or plain notation. What it cannot read has no meaning, and is never an error.</summary>
internal sealed class LatexReader
{
    private const int MaxLength = 2000;
    private const int MaxDepth = 50;

    /// <summary>Parts the rows of a matrix; stands for two backslashes, whose second would else escape what follows.</summary>
    private const string RowEnd = "\u0001";

    private static readonly (string From, string To)[] Replacements =
    [
        ("\\\\", RowEnd), ("\u2212", "-"), ("\u00B7", "\\cdot "), ("\u00D7", "\\times "), ("\u03C0", "\\pi "), ("\u221E", "\\infty "), ("\u00B0", ""), ("{,}", ","),
        ("\\$", ""), ("$", ""), ("\\!", ""), ("\\,", " "), ("\\;", " "), ("\\:", " "), ("\\ ", " "), ("\\left", ""), ("\\right", ""),
        ("^{\\circ}", ""), ("^\\circ", ""), ("\\dfrac", "\\frac"), ("\\tfrac", "\\frac"), ("\\%", "%"), ("\\{", "\\lbrace "), ("\\}", "\\rbrace "),
        ("bmatrix", "pmatrix"), ("vmatrix", "pmatrix"), ("\\(", ""), ("\\)", ""), ("\\[", ""), ("\\]", ""),
    ];

    private readonly string text;
    private int at;
    private int depth;

    private LatexReader(string text) => this.text = text;

    /// <summary>What a text means; null where it cannot be read as a whole.</summary>
    public static LatexTerm? Read(string answer)
    {
        if (answer.Length > MaxLength)
        {
            return null;
        }
        StringBuilder plain = new(answer.Trim());
        foreach ((string from, string to) in Replacements)
        {
            plain.Replace(from, to);
        }
        LatexReader reader = new(WithoutUnit(plain.ToString().TrimEnd('.')));
        try
        {
            LatexTerm term = reader.ReadList("", "");
            return reader.IsAtEnd ? term : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private bool IsAtEnd => Peek() == '\0';

    /// <summary>A unit in words at the end goes; words that are the whole answer are its text.</summary>
    private static string WithoutUnit(string text)
    {
        foreach (string wrapper in (ReadOnlySpan<string>)["\\text{", "\\mathrm{", "\\mbox{"])
        {
            int start = text.IndexOf(wrapper, StringComparison.Ordinal);
            if (start >= 0 && text.EndsWith('}') && !text.AsSpan(start + wrapper.Length, text.Length - start - wrapper.Length - 1).ContainsAny('{', '}'))
            {
                text = text[..start].Trim() is { Length: > 0 } left ? left : text[(start + wrapper.Length)..^1];
            }
        }
        return text;
    }

    private LatexTerm ReadList(string open, string close)
    {
        List<LatexTerm> items = [ReadRelation()];
        while (Take(","))
        {
            items.Add(ReadRelation());
        }
        return items is [var only] && open is "" ? only : new LatexList(open, close, items);
    }

    private LatexTerm ReadRelation()
    {
        LatexTerm left = ReadSum();
        return Take("=") ? new LatexEquation(left, ReadSum()) : left;
    }

    private LatexTerm ReadSum()
    {
        Enter();
        bool isNegated = Take("-");
        _ = !isNegated && Take("+");
        LatexTerm sum = isNegated ? Negated(ReadProduct()) : ReadProduct();
        while (true)
        {
            if (Take("+"))
            {
                sum = new LatexOperation(static (a, b) => a + b, sum, ReadProduct());
            }
            else if (Take("-"))
            {
                sum = new LatexOperation(static (a, b) => a - b, sum, ReadProduct());
            }
            else
            {
                depth--;
                return sum;
            }
        }
    }

    private LatexTerm ReadProduct()
    {
        LatexTerm product = ReadPower();
        while (true)
        {
            if (Take("\\cdot") || Take("\\times") || Take("*"))
            {
                product = Times(product, ReadSigned());
            }
            else if (Take("/") || Take("\\div"))
            {
                product = new LatexOperation(Complex.Divide, product, ReadSigned());
            }
            else if (Take("%"))
            {
                product = new LatexPercentage(product);
            }
            else if (BeginsFactor())
            {
                LatexTerm next = ReadPower();
                // A whole number before a fraction of numbers is a mixed number: 1\frac{1}{2} is one and a half.
                bool isMixed = product is LatexNumber { IsWhole: true } && next is LatexFraction { IsOfNumbers: true };
                product = isMixed ? new LatexOperation(static (a, b) => a + b, product, next) : Times(product, next);
            }
            else
            {
                return product;
            }
        }
    }

    private LatexTerm ReadSigned() => Take("-") ? Negated(ReadPower()) : ReadPower();

    private LatexTerm ReadPower()
    {
        LatexTerm power = ReadFactor();
        while (Take("!"))
        {
            power = new LatexFunction(Factorial, power);
        }
        if (!Take("^") && !Take("**"))
        {
            return power;
        }
        Enter();
        LatexTerm exponent = Peek() == '{' ? ReadGroup() : ReadSigned();
        depth--;
        return new LatexOperation(Power, power, exponent);
    }

    private LatexTerm ReadFactor()
    {
        char next = Peek();
        if (char.IsAsciiDigit(next) || next == '.')
        {
            return ReadNumber();
        }
        if (next == '{')
        {
            return ReadGroup();
        }
        if (next is '(' or '[')
        {
            at++;
            return ReadBracketed(next.ToString());
        }
        if (next == '|')
        {
            at++;
            LatexTerm inner = ReadSum();
            Expect("|");
            return new LatexFunction(static a => Complex.Abs(a), inner);
        }
        if (Take("\\lbrace"))
        {
            LatexTerm items = ReadList("{", "}");
            Expect("\\rbrace");
            return items;
        }
        return next == '\\' ? ReadCommand() : char.IsLetter(next) ? ReadLetters() : throw new FormatException();
    }

    /// <summary>Brackets around one term group it; around several they make a tuple or an interval.</summary>
    private LatexTerm ReadBracketed(string open)
    {
        LatexList items = (LatexList)ReadList(open, ")");
        string close = Take(")") ? ")" : Take("]") ? "]" : throw new FormatException();
        return items.Items is [var only] && open == "(" && close == ")" ? only : items with { Close = close };
    }

    private LatexTerm ReadGroup()
    {
        Expect("{");
        LatexTerm inner = ReadList("", "");
        Expect("}");
        return inner;
    }

    /// <summary>A group, or the single character or command that stands for one: <c>\frac12</c>.</summary>
    private LatexTerm ReadArgument()
    {
        if (Peek() == '{')
        {
            return ReadGroup();
        }
        return char.IsAsciiDigit(Peek()) ? new LatexNumber(text[at++] - '0') : ReadFactor();
    }

    private LatexNumber ReadNumber()
    {
        int start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }
        // A comma before exactly three digits parts thousands, if what went before could be such a group.
        while (at - start is > 0 && (at - start <= 3 || text.AsSpan(start, at - start).Contains(',')) && IsThousands())
        {
            at += 4;
        }
        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }
        }
        return double.TryParse(text.AsSpan(start, at - start), NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out double value)
            ? new LatexNumber(value)
            : throw new FormatException();
    }

    private bool IsThousands() => at + 3 < text.Length && text[at] == ',' && text.AsSpan(at + 1, 3).IndexOfAnyExceptInRange('0', '9') < 0
        && (at + 4 == text.Length || !char.IsAsciiDigit(text[at + 4]));

    private LatexTerm ReadCommand()
    {
        int start = ++at;
        while (at < text.Length && char.IsAsciiLetter(text[at]))
        {
            at++;
        }
        string name = text[start..at];
        Enter();
        LatexTerm term = name switch
        {
            "frac" => new LatexFraction(ReadArgument(), ReadArgument()),
            "sqrt" => ReadRoot(),
            "pi" => new LatexNumber(Math.PI),
            "infty" => new LatexNumber(double.PositiveInfinity),
            "sin" => Function(Complex.Sin),
            "cos" => Function(Complex.Cos),
            "tan" => Function(Complex.Tan),
            "ln" => Function(Complex.Log),
            "log" => Function(Complex.Log10),
            "exp" => Function(Complex.Exp),
            "binom" => new LatexOperation(static (n, k) => Factorial(n) / (Factorial(k) * Factorial(n - k)), ReadArgument(), ReadArgument()),
            "text" or "mathrm" or "mbox" or "textbf" or "mathbf" or "mathbb" => ReadWords(),
            "begin" => ReadMatrix(),
            "alpha" or "beta" or "gamma" or "delta" or "theta" or "lambda" or "mu" or "phi" or "omega" or "sigma" or "rho" or "tau" => new LatexVariable(name),
            _ => throw new FormatException(),
        };
        depth--;
        return term;
    }

    private LatexOperation ReadRoot()
    {
        LatexTerm degree = new LatexNumber(2);
        if (Take("["))
        {
            degree = ReadSum();
            Expect("]");
        }
        return new LatexOperation(static (a, n) => Power(a, 1 / n), ReadArgument(), degree);
    }

    private LatexFunction Function(Func<Complex, Complex> function) => new(function, Peek() == '{' ? ReadGroup() : ReadPower());

    private LatexVariable ReadWords()
    {
        Expect("{");
        int end = text.IndexOf('}', at);
        if (end < 0)
        {
            throw new FormatException();
        }
        string words = CanonicalText.Folded(text[at..end]);
        at = end + 1;
        return new LatexVariable(words.Trim('(', ')'));
    }

    /// <summary>A matrix: rows parted by two backslashes, columns by ampersands.</summary>
    private LatexList ReadMatrix()
    {
        Expect("{pmatrix}");
        List<LatexTerm> rows = [];
        do
        {
            List<LatexTerm> columns = [ReadSum()];
            while (Take("&"))
            {
                columns.Add(ReadSum());
            }
            rows.Add(new LatexList("row", "row", columns));
        }
        while (Take(RowEnd));
        Expect("\\end{pmatrix}");
        return new LatexList("matrix", "matrix", rows);
    }

    /// <summary>Letters are variables one by one, but for a few names.</summary>
    private LatexTerm ReadLetters()
    {
        int end = at;
        while (end < text.Length && char.IsLetter(text[end]))
        {
            end++;
        }
        switch (text[at..end])
        {
            case "infinity" or "inf":
                at = end;
                return new LatexNumber(double.PositiveInfinity);
            case "pi":
                at = end;
                return new LatexNumber(Math.PI);
            case "sqrt":
                at = end;
                return new LatexFunction(static a => Power(a, 0.5), ReadFactor());
            case "i":
                at = end;
                return new LatexNumber(Complex.ImaginaryOne);
            case "e":
                at = end;
                return new LatexNumber(Math.E);
        }
        string name = text[at++].ToString();
        if (Take("_"))
        {
            int from = at;
            _ = Peek() == '{' ? ReadGroup() : ReadArgument();
            name += text[from..at];
        }
        return new LatexVariable(name);
    }

    private bool BeginsFactor()
    {
        char next = Peek();
        return char.IsAsciiLetterOrDigit(next) || next is '(' or '{'
            || (next == '\\' && !text.AsSpan(at).StartsWith("\\end", StringComparison.Ordinal) && !text.AsSpan(at).StartsWith("\\rbrace", StringComparison.Ordinal));
    }

    private char Peek()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
        return at < text.Length ? text[at] : '\0';
    }

    private bool Take(string token)
    {
        Peek();
        if (!text.AsSpan(at).StartsWith(token, StringComparison.Ordinal))
        {
            return false;
        }
        at += token.Length;
        return true;
    }

    private void Expect(string token)
    {
        if (!Take(token))
        {
            throw new FormatException();
        }
    }

    private void Enter()
    {
        if (++depth > MaxDepth)
        {
            throw new FormatException();
        }
    }

    private static LatexFunction Negated(LatexTerm term) => new(static a => -a, term);

    private static LatexOperation Times(LatexTerm a, LatexTerm b) => new(static (x, y) => x * y, a, b);

    /// <summary>Powers of real numbers stay real where they are.</summary>
    private static Complex Power(Complex value, Complex exponent) =>
        value.Imaginary == 0 && exponent.Imaginary == 0 && (value.Real >= 0 || exponent.Real == Math.Round(exponent.Real))
            ? Math.Pow(value.Real, exponent.Real)
            : Complex.Pow(value, exponent);

    private static Complex Factorial(Complex n) =>
        n.Imaginary == 0 && n.Real is >= 0 and <= 170 && n.Real == Math.Round(n.Real) ? MathNet.Numerics.SpecialFunctions.Factorial((int)n.Real) : Complex.NaN;
}
