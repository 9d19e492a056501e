namespace Winnow.Metrics;

/// <summary>Porter's suffix stripping for English, with the later additions that NLTK makes by default.</summary>
/// <remarks>
/// Source: Porter (1980), "An algorithm for suffix stripping". The additions: a dozen irregular words; four-letter words in
/// -ies and -ied keep their e; -y becomes -i after any consonant that is not the first letter; -alli is followed by step 2
/// again; -fulli, -bli and -logi; a word of two letters, vowel then consonant, counts as ending consonant-vowel-consonant.
/// Words of one or two letters stay. Thread-safe; nothing is allocated by the span form. Cost: O(length).
/// </remarks>
public static class PorterStemmer
{
    /// <summary>The stem of a word.</summary>
    public static string Stem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        char[] letters = word.ToLowerInvariant().ToCharArray();
        return new string(letters, 0, Stem(letters));
    }

    /// <summary>Stems a word where it stands.</summary>
    /// <param name="word">Lower case; its first letters become the stem.</param>
    /// <returns>The stem's length, at most the word's.</returns>
    public static int Stem(Span<char> word)
    {
        if (Irregular(word) is { } irregular)
        {
            irregular.CopyTo(word);
            return irregular.Length;
        }
        if (word.Length <= 2)
        {
            return word.Length;
        }
        var stem = new PorterWord(word);
        Plural(ref stem);
        PastAndProgressive(ref stem);
        if (stem.EndsWith("y") && stem.Length > 2 && stem.IsConsonant(stem.Length - 2))
        {
            stem.Replace(1, "i");
        }
        DoubleSuffix(ref stem);
        stem.FirstOf(Step3, 0);
        stem.FirstOf(Step4, 1);
        FinalE(ref stem);
        if (stem.EndsWith("ll") && stem.Measure(stem.Length - 1) > 1)
        {
            stem.Replace(1, "");
        }
        return stem.Length;
    }

    private static readonly (string Suffix, string By)[] Step2 =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"), ("alli", "al"),
        ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"),
        ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"), ("fulli", "ful"),
    ];

    private static readonly (string Suffix, string By)[] Step3 =
    [
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
    ];

    private static readonly (string Suffix, string By)[] Step4 =
    [
        ("al", ""), ("ance", ""), ("ence", ""), ("er", ""), ("ic", ""), ("able", ""), ("ible", ""), ("ant", ""), ("ement", ""), ("ment", ""),
        ("ent", ""), ("sion", "s"), ("tion", "t"), ("ou", ""), ("ism", ""), ("ate", ""), ("iti", ""), ("ous", ""), ("ive", ""), ("ize", ""),
    ];

    private static string? Irregular(ReadOnlySpan<char> word) => word switch
    {
        "skies" => "sky",
        "dying" => "die",
        "lying" => "lie",
        "tying" => "tie",
        "innings" => "inning",
        "outings" => "outing",
        "cannings" => "canning",
        "sky" or "news" or "inning" or "outing" or "canning" or "howe" or "proceed" or "exceed" or "succeed" => word.ToString(),
        _ => null,
    };

    private static void Plural(ref PorterWord word)
    {
        if (word.EndsWith("ies"))
        {
            word.Replace(3, word.Length == 4 ? "ie" : "i");
        }
        else if (word.EndsWith("sses"))
        {
            word.Replace(4, "ss");
        }
        else if (word.EndsWith("s") && !word.EndsWith("ss"))
        {
            word.Replace(1, "");
        }
    }

    private static void PastAndProgressive(ref PorterWord word)
    {
        if (word.EndsWith("ied"))
        {
            word.Replace(3, word.Length == 4 ? "ie" : "i");
            return;
        }
        if (word.EndsWith("eed"))
        {
            if (word.Measure(word.Length - 3) > 0)
            {
                word.Replace(3, "ee");
            }
            return;
        }
        int suffix = word.EndsWith("ed") ? 2 : word.EndsWith("ing") ? 3 : 0;
        if (suffix == 0 || !word.HasVowel(word.Length - suffix))
        {
            return;
        }
        word.Replace(suffix, "");
        if (word.EndsWith("at") || word.EndsWith("bl") || word.EndsWith("iz"))
        {
            word.Append('e');
        }
        else if (word.EndsInDoubleConsonant())
        {
            word.Replace(word.Last is 'l' or 's' or 'z' ? 0 : 1, "");
        }
        else if (word.Measure(word.Length) == 1 && word.EndsInShortSyllable(word.Length))
        {
            word.Append('e');
        }
    }

    private static void DoubleSuffix(ref PorterWord word)
    {
        while (word.EndsWith("alli") && word.Measure(word.Length - 4) > 0)
        {
            word.Replace(4, "al");
        }
        if (!word.FirstOf(Step2, 0) && word.EndsWith("logi") && word.Measure(word.Length - 3) > 0)
        {
            word.Replace(4, "log");
        }
    }

    private static void FinalE(ref PorterWord word)
    {
        if (!word.EndsWith("e"))
        {
            return;
        }
        int stem = word.Length - 1;
        int measure = word.Measure(stem);
        if (measure > 1 || (measure == 1 && !word.EndsInShortSyllable(stem)))
        {
            word.Replace(1, "");
        }
    }
}
