using System.Globalization;

namespace Winnow.Decoding.Constraints;

/// <summary>Whole numbers within bounds, as they are written in JSON: no leading zero, no minus before zero.</summary>
internal static class DigitRanges
{
    /// <summary>Digits of a number that has no bound on that side.</summary>
    public const int MostDigits = 16;

    /// <summary>Numbers from one bound to another; null is none.</summary>
    public static Expression Between(decimal? least, decimal? most)
    {
        if (least > most)
        {
            throw new FormatException($"No whole number lies between {least} and {most}.");
        }
        List<Expression> options = [];
        if (most is null || most >= 0)
        {
            options.Add(Natural(Math.Max(least ?? 0, 0), most));
        }
        if (least is null || least < 0)
        {
            decimal nearest = most is { } m && m < 0 ? -m : 1;
            options.Add(Expression.Of(Expression.Text("-"), Natural(nearest, least is { } l ? -l : null)));
        }
        return Expression.Any(options);
    }

    private static Expression Natural(decimal least, decimal? most)
    {
        string low = Digits(least);
        if (most is null)
        {
            List<Expression> options = [SameLength(low, new string('9', low.Length))];
            if (low.Length < MostDigits)
            {
                options.Add(Expression.Of(Digit('1', '9'), Digit('0', '9').Many(low.Length, MostDigits - 1)));
            }
            return Expression.Any(options);
        }
        string high = Digits(most.Value);
        List<Expression> lengths = [];
        for (int length = low.Length; length <= high.Length; length++)
        {
            string from = length == low.Length ? low : "1" + new string('0', length - 1);
            string to = length == high.Length ? high : new string('9', length);
            lengths.Add(SameLength(from, to));
        }
        return Expression.Any(lengths);
    }

    private static Expression SameLength(string low, string high)
    {
        if (low.Length == 0)
        {
            return Expression.Empty;
        }
        if (low.All(d => d == '0') && high.All(d => d == '9'))
        {
            return Digit('0', '9').Many(low.Length, low.Length);
        }
        if (low[0] == high[0])
        {
            return Expression.Of(Digit(low[0], low[0]), SameLength(low[1..], high[1..]));
        }
        string zeros = new('0', low.Length - 1), nines = new('9', low.Length - 1);
        char first = low[1..] == zeros ? low[0] : (char)(low[0] + 1);
        char last = high[1..] == nines ? high[0] : (char)(high[0] - 1);
        List<Expression> options = [];
        if (first != low[0])
        {
            options.Add(Expression.Of(Digit(low[0], low[0]), SameLength(low[1..], nines)));
        }
        if (first <= last)
        {
            options.Add(Expression.Of(Digit(first, last), SameLength(zeros, nines)));
        }
        if (last != high[0])
        {
            options.Add(Expression.Of(Digit(high[0], high[0]), SameLength(zeros, high[1..])));
        }
        return Expression.Any(options);
    }

    private static CharacterClass Digit(char first, char last) => new(CodePoints.Of((first, last)));

    private static string Digits(decimal value) => decimal.Truncate(value).ToString("F0", CultureInfo.InvariantCulture);
}
