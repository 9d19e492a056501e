using System.Text.Json;

namespace Winnow.Testing.Conformance;

/// <summary>Reads the values of golden rows: numbers may be written as the strings inf, -inf, nan, or as true and false.</summary>
public static class JsonReading
{
    /// <summary>Whether the field is there and not null.</summary>
    public static bool Has(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A number.</summary>
    public static double Number(this JsonElement element, string name) => element.GetProperty(name).AsNumber();

    /// <summary>A number; the given one where the field is absent or null.</summary>
    public static double Number(this JsonElement element, string name, double otherwise) =>
        element.Has(name) ? element.Number(name) : otherwise;

    /// <summary>A whole number.</summary>
    public static int Whole(this JsonElement element, string name) => element.GetProperty(name).AsWhole();

    /// <summary>A whole number; the given one where the field is absent or null.</summary>
    public static int Whole(this JsonElement element, string name, int otherwise) => element.Has(name) ? element.Whole(name) : otherwise;

    /// <summary>True or false; the given one where the field is absent or null.</summary>
    public static bool Flag(this JsonElement element, string name, bool otherwise = false) =>
        element.Has(name) ? element.GetProperty(name).GetBoolean() : otherwise;

    /// <summary>A text; null where the field is absent or null.</summary>
    public static string? Text(this JsonElement element, string name) => element.Has(name) ? element.GetProperty(name).GetString() : null;

    /// <summary>Shape [N].</summary>
    public static double[] Doubles(this JsonElement element, string name) => element.GetProperty(name).AsDoubles();

    /// <summary>Shape [N].</summary>
    public static int[] Ints(this JsonElement element, string name) => element.GetProperty(name).AsInts();

    /// <summary>Shape [N].</summary>
    public static string[] Strings(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];

    /// <summary>Shape [R][C]; rows may differ in length.</summary>
    public static double[][] Matrix(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(AsDoubles)];

    /// <summary>Shape [R][C]; rows may differ in length.</summary>
    public static int[][] IntMatrix(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(AsInts)];

    /// <summary>A number.</summary>
    public static double AsNumber(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String => element.GetString() switch
        {
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            "nan" => double.NaN,
            var other => throw new InvalidDataException($"\"{other}\" is not a number."),
        },
        _ => element.GetDouble(),
    };

    /// <summary>A whole number, also where it is written as a float or a truth value.</summary>
    public static int AsWhole(this JsonElement element)
    {
        double value = element.AsNumber();
        return value == Math.Floor(value) ? (int)value : throw new InvalidDataException($"{value} is not a whole number.");
    }

    /// <summary>Shape [N].</summary>
    public static double[] AsDoubles(this JsonElement element) => [.. element.EnumerateArray().Select(AsNumber)];

    /// <summary>Shape [N].</summary>
    public static int[] AsInts(this JsonElement element) => [.. element.EnumerateArray().Select(AsWhole)];
}
