using CsCheck;
using Winnow.Tasks.Families;

namespace Winnow.Tests.Tasks.Families;

public sealed class DigitWorkTests
{
    [Theory]
    [InlineData(7, '+', 9, "7+9=16")]
    [InlineData(3, '-', 8, "3-8=-5")]
    [InlineData(7, '*', 8, "7*8=56")]
    [InlineData(27, '+', 49, "27+49: 7+9=16 2+4+1=7 =76")]
    [InlineData(30, '-', 16, "30-16: 0-6=-6 3-1-1=1 =14")]
    [InlineData(14, '-', 35, "14-35: -(35-14) 5-4=1 3-1=2 =-21")]
    [InlineData(-21, '+', 14, "-21+14: 14-21 -(21-14) 1-4=-3 2-1-1=0 =-7")]
    [InlineData(-8, '-', 15, "-8-15: -(8+15) 8+5=13 0+1+1=2 =-23")]
    [InlineData(14, '+', -3, "14+-3: 14-3 4-3=1 1-0=1 =11")]
    [InlineData(4, '-', -8, "4--8: 4+8 =12")]
    [InlineData(27, '*', 4, "27*4: 7*4=28 2*4=8 8+2=10 =108")]
    [InlineData(-4, '*', 8, "-4*8: -(4*8) =-32")]
    [InlineData(27, '*', 34, "27*34: 27*4: 7*4=28 2*4=8 8+2=10 =108 27*3: 7*3=21 2*3=6 6+2=8 =81 108+810: 8+0=8 0+1=1 1+8=9 =918")]
    public void Each_kind_of_operation_is_written_as_documented(long left, char operation, long right, string expected) =>
        Assert.Equal(expected, DigitWork.Write(left, operation, right));

    [Fact]
    public void The_result_at_the_end_is_the_operations() =>
        Gen.Select(Gen.Int[-9999, 9999], Gen.Char["+-*"], Gen.Int[-999, 999]).Sample((left, operation, right) =>
        {
            string text = DigitWork.Write(left, operation, right);
            long expected = operation switch { '+' => left + right, '-' => left - right, _ => (long)left * right };
            return Math.Abs(expected) > DigitWork.MaxMagnitude || (DigitWork.TryReadResult(text, out long result) && result == expected);
        });

    [Fact]
    public void Every_written_equation_is_true_and_small() =>
        Gen.Select(Gen.Int[-999, 999], Gen.Char["+-*"], Gen.Int[-999, 999]).Sample((left, operation, right) =>
        {
            foreach (string part in DigitWork.Write(left, operation, right).Split(' ').Where(part => part.Contains('=') && part[0] != '='))
            {
                string[] sides = part.Split('=');
                string[] terms = sides[0].Split('+', '*', '-');
                bool isMinus = sides[0].Contains('-');
                long value = sides[0].Contains('*')
                    ? long.Parse(terms[0]) * long.Parse(terms[1])
                    : long.Parse(terms[0]) + terms.Skip(1).Sum(term => isMinus ? -long.Parse(term) : long.Parse(term));
                Assert.Equal(value, long.Parse(sides[1]));
                Assert.All(terms.Skip(1), term => Assert.Single(term));
                Assert.InRange(value, -10, 99);
            }
        });
}
