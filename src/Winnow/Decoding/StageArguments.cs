using System.Collections.Immutable;
using System.Globalization;
using Winnow.Decoding.Stages;

namespace Winnow.Decoding;

/// <summary>The settings of one stage as they were written, taken out one by one; what is left over at the end is an error.</summary>
internal sealed class StageArguments(string what, string usage, string[] fields, IReadOnlyList<int> endTokens)
{
    private readonly bool[] _isUsed = new bool[fields.Length];
    private readonly int[] _positional = [.. Enumerable.Range(0, fields.Length).Where(i => !fields[i].Contains('=', StringComparison.Ordinal))];

    public double Number(int index, string name) => ParseNumber(Positional(index, name), name);

    public double NumberOr(int index, double otherwise) => index < _positional.Length ? ParseNumber(Positional(index, ""), "") : otherwise;

    public int WholeOr(int index, int otherwise) => index < _positional.Length ? ParseWhole(Positional(index, ""), "") : otherwise;

    public int Whole(int index, string name) => ParseWhole(Positional(index, name), name);

    public double Number(string key, double otherwise) => NumberOrNull(key) ?? otherwise;

    public double? NumberOrNull(string key) => Keyed(key).FirstOrDefault() is { } text ? ParseNumber(text, key) : null;

    public int Whole(string key, int otherwise) => Keyed(key).FirstOrDefault() is { } text ? ParseWhole(text, key) : otherwise;

    public int Flag(string key) => Whole(key, 0) switch
    {
        0 => 0,
        1 => 1,
        var other => throw Wrong($"{key} is {other}, but must be 0 or 1"),
    };

    public PenaltyScope Scope() => Whole("scope", 0) switch
    {
        0 => PenaltyScope.Both,
        1 => PenaltyScope.Prompt,
        2 => PenaltyScope.Output,
        var other => throw Wrong($"scope is {other}, but must be 0 (both), 1 (prompt) or 2 (output)"),
    };

    public ImmutableArray<int> Tokens(string key) => Keyed(key).FirstOrDefault() is { } text ? ParseTokens(text) : [];

    public ImmutableArray<ImmutableArray<int>> TokenLists(string key) => [.. Keyed(key).ToArray().Select(ParseTokens)];

    public ImmutableArray<int> TokenList(int index) => ParseTokens(Positional(index, "ID"));

    public ImmutableArray<int> EndTokens()
    {
        ImmutableArray<int> own = Tokens("end");
        return !own.IsEmpty ? own
            : endTokens.Count > 0 ? [.. endTokens]
            : throw Wrong("it needs the end token, and the model names none: add end=ID");
    }

    public IEnumerable<BiasedSequence> Biases()
    {
        if (fields.Length == 0)
        {
            throw Wrong("it needs at least one ID=BIAS");
        }
        for (int i = 0; i < fields.Length; i++)
        {
            int equals = fields[i].IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                throw Wrong($"\"{fields[i]}\" must have the form ID=BIAS");
            }
            _isUsed[i] = true;
            yield return new BiasedSequence(ParseTokens(fields[i][..equals]), ParseNumber(fields[i][(equals + 1)..], "BIAS"));
        }
    }

    public void ThrowIfAnyIsUnused()
    {
        int unused = Array.IndexOf(_isUsed, false);
        if (unused >= 0)
        {
            throw Wrong($"\"{fields[unused]}\" is not one of its settings");
        }
    }

    private string Positional(int index, string name)
    {
        if (index >= _positional.Length)
        {
            throw Wrong($"{name} is missing");
        }
        _isUsed[_positional[index]] = true;
        return fields[_positional[index]];
    }

    private IEnumerable<string> Keyed(string key)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            if (fields[i].StartsWith(key + "=", StringComparison.Ordinal))
            {
                _isUsed[i] = true;
                yield return fields[i][(key.Length + 1)..];
            }
        }
    }

    private double ParseNumber(string text, string name) => text switch
    {
        "-inf" => double.NegativeInfinity,
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) => value,
        _ => throw Wrong($"\"{text}\"{Named(name)} is not a number"),
    };

    private int ParseWhole(string text, string name) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw Wrong($"\"{text}\"{Named(name)} is not a whole number");

    private ImmutableArray<int> ParseTokens(string text) => [.. text.Split('+').Select(t => ParseWhole(t, "ID"))];

    private static string Named(string name) => name.Length == 0 ? "" : $" for {name}";

    private ArgumentException Wrong(string why) => new($"{what}: {why}. It is written {usage}.");
}
