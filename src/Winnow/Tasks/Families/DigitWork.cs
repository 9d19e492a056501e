using System.Globalization;
using System.Text;

namespace Winnow.Tasks.Families;

/// <summary>
/// Writes one operation so that no written part asks for more than one small fact: first the operation itself, then
/// what its signs make of it, then digit by digit from the right, then the result.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>Two single digits: <c>7+9=16</c>, <c>3-8=-5</c>, <c>7*8=56</c>.</item>
/// <item>Sum, carry as third term: <c>27+49: 7+9=16 2+4+1=7 =76</c>.</item>
/// <item>Difference, borrow as third term: <c>30-16: 0-6=-6 3-1-1=1 =14</c>.</item>
/// <item>Negative difference, turned around: <c>14-35: -(35-14) 5-4=1 3-1=2 =-21</c>.</item>
/// <item>Signs, rewritten first: <c>-21+14: 14-21 -(21-14) 1-4=-3 2-1-1=0 =-7</c>, <c>-8-15: -(8+15) 8+5=13 0+1+1=2 =-23</c>.</item>
/// <item>Product with one digit, carry added after each: <c>27*4: 7*4=28 2*4=8 8+2=10 =108</c>.</item>
/// <item>Product of longer numbers, as partial products and their sum:
/// <c>27*34: 27*4: 7*4=28 2*4=8 8+2=10 =108 27*3: 7*3=21 2*3=6 6+2=8 =81 108+810: 8+0=8 0+1=1 1+8=9 =918</c>.</item>
/// </list>
/// </remarks>
internal static class DigitWork
{
    /// <summary>Largest magnitude that is read back from a written line. Keeps every product within 64 bits.</summary>
    public const long MaxMagnitude = 999_999;

    public static long Apply(long left, char operation, long right) => operation switch
    {
        '+' => left + right,
        '-' => left - right,
        '*' => left * right,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "The operation is +, - or *."),
    };

    public static string Write(long left, char operation, long right)
    {
        StringBuilder text = new();
        Append(text, left, operation, right);
        return text.ToString();
    }

    /// <summary>The result at the end of a line that <see cref="Write"/> could have written.</summary>
    public static bool TryReadResult(ReadOnlySpan<char> text, out long result)
    {
        result = 0;
        int mark = text.LastIndexOf('=');
        return mark >= 0 && TryReadNumber(text[(mark + 1)..], out result);
    }

    public static bool TryReadNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
        && text[0] != '+' && Math.Abs(number) <= MaxMagnitude;

    private static void Append(StringBuilder text, long left, char operation, long right)
    {
        long result = Apply(left, operation, right);
        text.Append(left).Append(operation).Append(right);
        if (IsDigit(left) && IsDigit(right))
        {
            text.Append('=').Append(result);
            return;
        }
        text.Append(':');
        if (operation == '*')
        {
            AppendProduct(text, left, right);
        }
        else
        {
            AppendSum(text, left, operation, right);
        }
        text.Append(" =").Append(result);
    }

    private static void AppendSum(StringBuilder text, long left, char operation, long right)
    {
        bool isMinus = operation == '-' ^ right < 0;
        (long a, long b) = (Math.Abs(left), Math.Abs(right));
        if (left < 0 == isMinus)
        {
            if (left < 0)
            {
                text.Append(" -(").Append(a).Append('+').Append(b).Append(')');
            }
            else if (right < 0)
            {
                text.Append(' ').Append(a).Append('+').Append(b);
            }
            AppendSumColumns(text, a, b);
            return;
        }
        if (left < 0)
        {
            (a, b) = (b, a);
        }
        if (left < 0 || right < 0)
        {
            text.Append(' ').Append(a).Append('-').Append(b);
        }
        if (a < b)
        {
            (a, b) = (b, a);
            text.Append(" -(").Append(a).Append('-').Append(b).Append(')');
        }
        AppendDifferenceColumns(text, a, b);
    }

    private static void AppendSumColumns(StringBuilder text, long a, long b)
    {
        if (IsDigit(a) && IsDigit(b))
        {
            return;
        }
        for (long carry = 0; a > 0 || b > 0; a /= 10, b /= 10)
        {
            long sum = a % 10 + b % 10 + carry;
            text.Append(' ').Append(a % 10).Append('+').Append(b % 10);
            if (carry > 0)
            {
                text.Append("+1");
            }
            text.Append('=').Append(sum);
            carry = sum / 10;
        }
    }

    private static void AppendDifferenceColumns(StringBuilder text, long a, long b)
    {
        if (IsDigit(a) && IsDigit(b))
        {
            return;
        }
        for (long borrow = 0; a > 0; a /= 10, b /= 10)
        {
            long difference = a % 10 - b % 10 - borrow;
            text.Append(' ').Append(a % 10).Append('-').Append(b % 10);
            if (borrow > 0)
            {
                text.Append("-1");
            }
            text.Append('=').Append(difference);
            borrow = difference < 0 ? 1 : 0;
        }
    }

    private static void AppendProduct(StringBuilder text, long left, long right)
    {
        (long a, long b) = (Math.Abs(left), Math.Abs(right));
        if (left < 0 != right < 0)
        {
            text.Append(" -(").Append(a).Append('*').Append(b).Append(')');
        }
        else if (left < 0)
        {
            text.Append(' ').Append(a).Append('*').Append(b);
        }
        if (IsDigit(a) && IsDigit(b))
        {
            return;
        }
        if (IsDigit(a) || IsDigit(b))
        {
            AppendProductColumns(text, Math.Max(a, b), Math.Min(a, b));
            return;
        }
        long total = 0;
        for (long shift = 1; b > 0; b /= 10, shift *= 10)
        {
            text.Append(' ');
            Append(text, a, '*', b % 10);
            if (shift > 1)
            {
                text.Append(' ');
                AppendPartialSum(text, total, a * (b % 10) * shift, isLast: b < 10);
            }
            total += a * (b % 10) * shift;
        }
    }

    // The last partial sum leaves its result to the line's own.
    private static void AppendPartialSum(StringBuilder text, long total, long partial, bool isLast)
    {
        text.Append(total).Append('+').Append(partial).Append(':');
        AppendSumColumns(text, total, partial);
        if (!isLast)
        {
            text.Append(" =").Append(total + partial);
        }
    }

    private static void AppendProductColumns(StringBuilder text, long number, long digit)
    {
        for (long carry = 0; number > 0; number /= 10)
        {
            long product = number % 10 * digit;
            text.Append(' ').Append(number % 10).Append('*').Append(digit).Append('=').Append(product);
            if (carry > 0)
            {
                text.Append(' ').Append(product).Append('+').Append(carry).Append('=').Append(product + carry);
            }
            carry = (product + carry) / 10;
        }
    }

    private static bool IsDigit(long number) => number is >= 0 and <= 9;
}
