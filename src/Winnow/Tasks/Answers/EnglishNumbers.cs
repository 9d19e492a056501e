namespace Winnow.Tasks.Answers;

/// <summary>Numbers written as English words, up to the trillions.</summary>
public static class EnglishNumbers
{
    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    private static readonly string[] Large = ["", "thousand", "million", "billion", "trillion"];

    /// <summary>The whole number a text spells, for example 42 for "forty-two" and 1,207 for "one thousand two hundred and seven".</summary>
    /// <param name="text">Words parted by spaces or hyphens; capitals do not matter.</param>
    /// <returns>The number; null where the text is anything but a number's words.</returns>
    public static long? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] words = text.ToLowerInvariant().Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > 32)
        {
            return null;
        }
        long total = 0;
        long group = 0;
        long lastScale = long.MaxValue;
        int lastKind = int.MaxValue;
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] == "and" && i > 0 && i < words.Length - 1)
            {
                continue;
            }
            int small = Array.IndexOf(Small, words[i]);
            int ten = Array.IndexOf(Tens, words[i], 2);
            int large = Array.IndexOf(Large, words[i], 1);
            // Within a group each kind of word must be smaller than the one before: hundreds, tens, ones.
            if (words[i] == "hundred" && group is > 0 and < 10 && lastKind <= 1)
            {
                group *= 100;
                lastKind = 3;
            }
            else if (ten >= 0 && lastKind > 2)
            {
                group += ten * 10;
                lastKind = 2;
            }
            else if (small >= 0 && (lastKind > 2 || (lastKind == 2 && small is > 0 and < 10)) && (small > 0 || words.Length == 1))
            {
                group += small;
                lastKind = 1;
            }
            else if (large > 0 && group > 0 && Scale(large) < lastScale)
            {
                lastScale = Scale(large);
                total += group * lastScale;
                group = 0;
                lastKind = int.MaxValue;
            }
            else
            {
                return null;
            }
        }
        return total + group;
    }

    private static long Scale(int large) => (long)Math.Pow(1000, large);
}
