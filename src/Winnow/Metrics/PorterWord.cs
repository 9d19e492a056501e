namespace Winnow.Metrics;

/// <summary>A word in the making, with the questions that Porter's rules ask of it.</summary>
internal ref struct PorterWord(Span<char> letters)
{
    private readonly Span<char> _letters = letters;

    /// <summary>Letters so far.</summary>
    public int Length { get; private set; } = letters.Length;

    /// <summary>The last letter.</summary>
    public readonly char Last => _letters[Length - 1];

    /// <summary>Whether a letter is a consonant: y is one at the start and after a vowel.</summary>
    public readonly bool IsConsonant(int i)
    {
        bool flipped = false;
        while (_letters[i] == 'y' && i > 0)
        {
            flipped = !flipped;
            i--;
        }
        bool consonant = _letters[i] is not ('a' or 'e' or 'i' or 'o' or 'u');
        return consonant ^ flipped;
    }

    /// <summary>The number of vowel-consonant sequences among the first letters: Porter's m.</summary>
    public readonly int Measure(int length)
    {
        int measure = 0;
        bool afterVowel = false;
        for (int i = 0; i < length; i++)
        {
            bool consonant = IsConsonant(i);
            if (consonant && afterVowel)
            {
                measure++;
            }
            afterVowel = !consonant;
        }
        return measure;
    }

    /// <summary>Whether there is a vowel among the first letters.</summary>
    public readonly bool HasVowel(int length)
    {
        for (int i = 0; i < length; i++)
        {
            if (!IsConsonant(i))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether the word ends in two of the same consonant.</summary>
    public readonly bool EndsInDoubleConsonant() =>
        Length >= 2 && _letters[Length - 1] == _letters[Length - 2] && IsConsonant(Length - 1);

    /// <summary>Whether the first letters end consonant, vowel, consonant other than w, x, y; or are a vowel and a consonant.</summary>
    public readonly bool EndsInShortSyllable(int length) => length switch
    {
        >= 3 => IsConsonant(length - 3) && !IsConsonant(length - 2) && IsConsonant(length - 1) && _letters[length - 1] is not ('w' or 'x' or 'y'),
        2 => !IsConsonant(0) && IsConsonant(1),
        _ => false,
    };

    /// <summary>Whether the word ends so.</summary>
    public readonly bool EndsWith(ReadOnlySpan<char> suffix) => ((ReadOnlySpan<char>)_letters[..Length]).EndsWith(suffix);

    /// <summary>Replaces the last letters.</summary>
    public void Replace(int suffix, ReadOnlySpan<char> by)
    {
        by.CopyTo(_letters[(Length - suffix)..]);
        Length += by.Length - suffix;
    }

    /// <summary>Adds a letter where one was dropped before.</summary>
    public void Append(char letter) => _letters[Length++] = letter;

    /// <summary>Replaces the first of the suffixes that the word ends in, if the measure of what stands before it is larger.</summary>
    /// <returns>Whether the word ends in one of them; only the first is looked at.</returns>
    public bool FirstOf(ReadOnlySpan<(string Suffix, string By)> rules, int measure)
    {
        foreach ((string suffix, string by) in rules)
        {
            if (!EndsWith(suffix))
            {
                continue;
            }
            // -sion and -tion drop their -ion: what stands before includes the s or t.
            int stem = Length - suffix.Length + (measure == 1 ? by.Length : 0);
            if (Measure(stem) > measure)
            {
                Replace(suffix.Length, by);
            }
            return true;
        }
        return false;
    }
}
