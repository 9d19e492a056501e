using System.Globalization;

namespace Winnow.Inference.Tokenizers.Unicode;

/// <summary>
/// Decompositions, compositions and combining classes of code points. The platform's own normalisation does nothing
/// where globalisation is invariant, as it is here.
/// </summary>
/// <remarks>Source: Unicode Standard Annex 15, Unicode Normalization Forms; data of Unicode 15.0.</remarks>
internal sealed class DecompositionTable
{
    private const string Resource = "Winnow.Inference.Tokenizers.Unicode.decompositions.txt";
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Trails = 28;
    private const int Syllables = Leads * Vowels * Trails;

    private static readonly Lazy<DecompositionTable> Lazily = new(() => new DecompositionTable());

    private readonly Dictionary<int, byte> _classes = [];
    private readonly Dictionary<int, int[]> _canonical = [];
    private readonly Dictionary<int, int[]> _compatible = [];
    private readonly Dictionary<(int First, int Second), int> _composites = [];

    private DecompositionTable()
    {
        using Stream stream = typeof(DecompositionTable).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {Resource}.");
        using var reader = new StreamReader(stream);
        var direct = new Dictionary<int, (int[] To, bool IsCompatible, bool IsExcluded)>();
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                Read(line, direct);
            }
        }
        foreach ((int code, (int[] to, bool isCompatible, bool isExcluded)) in direct)
        {
            if (!isCompatible)
            {
                _canonical[code] = Expand(to, direct, alsoCompatible: false);
                bool isStarter = Class(code) == 0 && Class(to[0]) == 0;
                if (to.Length == 2 && isStarter && !isExcluded)
                {
                    _composites[(to[0], to[1])] = code;
                }
            }
            _compatible[code] = Expand(to, direct, alsoCompatible: true);
        }
    }

    /// <summary>The table; read once, when it is first needed.</summary>
    public static DecompositionTable Instance => Lazily.Value;

    /// <summary>Canonical combining class of a code point; 0 for starters.</summary>
    public byte Class(int code) => _classes.GetValueOrDefault(code);

    /// <summary>Full decomposition of a code point; empty where it stands for itself. Hangul syllables take three numbers of room.</summary>
    /// <param name="code">The code point.</param>
    /// <param name="isCompatible">Whether compatibility decompositions count.</param>
    /// <param name="room">Shape [3]; where the decomposition of a syllable is written.</param>
    public ReadOnlySpan<int> Decompose(int code, bool isCompatible, Span<int> room)
    {
        int syllable = code - SyllableBase;
        if (syllable is >= 0 and < Syllables)
        {
            room[0] = LeadBase + (syllable / (Vowels * Trails));
            room[1] = VowelBase + (syllable % (Vowels * Trails) / Trails);
            room[2] = TrailBase + (syllable % Trails);
            return room[2] == TrailBase ? room[..2] : room[..3];
        }
        return (isCompatible ? _compatible : _canonical).GetValueOrDefault(code);
    }

    /// <summary>The code point that a starter and what follows it compose to; −1 where they do not.</summary>
    public int Compose(int first, int second)
    {
        if (first is >= LeadBase and < LeadBase + Leads && second is >= VowelBase and < VowelBase + Vowels)
        {
            return SyllableBase + ((((first - LeadBase) * Vowels) + (second - VowelBase)) * Trails);
        }
        bool endsInVowel = first is >= SyllableBase and < SyllableBase + Syllables && (first - SyllableBase) % Trails == 0;
        if (endsInVowel && second is > TrailBase and < TrailBase + Trails)
        {
            return first + (second - TrailBase);
        }
        return _composites.GetValueOrDefault((first, second), -1);
    }

    private void Read(string line, Dictionary<int, (int[], bool, bool)> direct)
    {
        string[] fields = line.Split(';');
        int code = Hex(fields[0]);
        if (fields[1].Length > 0)
        {
            _classes[code] = byte.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        if (fields[2].Length > 0)
        {
            int[] to = [.. fields[2].TrimStart('~', '!').Split(' ').Select(Hex)];
            direct[code] = (to, fields[2][0] == '~', fields[2][0] == '!');
        }
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static int[] Expand(int[] codes, Dictionary<int, (int[] To, bool IsCompatible, bool IsExcluded)> direct, bool alsoCompatible)
    {
        List<int> expanded = [];
        foreach (int code in codes)
        {
            bool isExpanded = direct.TryGetValue(code, out (int[] To, bool IsCompatible, bool IsExcluded) further)
                && (alsoCompatible || !further.IsCompatible);
            expanded.AddRange(isExpanded ? Expand(further.To, direct, alsoCompatible) : [code]);
        }
        return [.. expanded];
    }
}
