using System.Collections.Immutable;
using System.Text;

namespace Winnow.Decoding.Generation;

/// <summary>Turns bytes into text and holds back what may yet turn out to be part of a stop string or of a character.</summary>
internal sealed class StopTextBuffer(ImmutableArray<string> stopStrings)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private string _held = "";

    /// <summary>Whether a stop string was met; nothing comes out after it.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Takes the bytes of a token and gives the text that is certain.</summary>
    public string Add(ReadOnlySpan<byte> bytes)
    {
        Span<char> characters = bytes.Length + 4 <= 256 ? stackalloc char[bytes.Length + 4] : new char[bytes.Length + 4];
        int count = _decoder.GetChars(bytes, characters, flush: false);
        return Take(characters[..count]);
    }

    /// <summary>Gives what was held back at the end of a sample.</summary>
    public string Flush()
    {
        Span<char> characters = stackalloc char[8];
        int count = _decoder.GetChars([], characters, flush: true);
        string last = Take(characters[..count]);
        string held = IsStopped ? "" : _held;
        _held = "";
        return last + held;
    }

    private string Take(ReadOnlySpan<char> characters)
    {
        if (IsStopped)
        {
            return "";
        }
        string text = string.Concat(_held, characters);
        int stop = -1;
        foreach (string candidate in stopStrings)
        {
            int found = text.IndexOf(candidate, StringComparison.Ordinal);
            stop = found >= 0 && (stop < 0 || found < stop) ? found : stop;
        }
        if (stop >= 0)
        {
            IsStopped = true;
            _held = "";
            return text[..stop];
        }
        int certain = text.Length - LongestOpenEnd(text);
        _held = text[certain..];
        return text[..certain];
    }

    // The longest end of the text with which a stop string could begin.
    private int LongestOpenEnd(string text)
    {
        int longest = 0;
        foreach (string candidate in stopStrings)
        {
            for (int length = Math.Min(candidate.Length - 1, text.Length); length > longest; length--)
            {
                if (text.AsSpan(text.Length - length).SequenceEqual(candidate.AsSpan(0, length)))
                {
                    longest = length;
                }
            }
        }
        return longest;
    }
}
