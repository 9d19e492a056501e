using System.Text.Json.Serialization;

namespace Winnow.Lab.Measuring;

/// <summary>What a model does on all cells.</summary>
internal sealed record FamilyReport(string Schema, string Model, ulong Seed, IReadOnlyList<FamilyCell> Cells);

/// <summary>What scorers are worth on the draws of a model.</summary>
internal sealed record VerifierReport(string Schema, string Model, ulong Seed, int Problems, int Draws, IReadOnlyList<string> Cells, IReadOnlyList<VerifierMeasurement> Scorers);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(FamilyReport))]
[JsonSerializable(typeof(VerifierReport))]
internal sealed partial class MeasuringJson : JsonSerializerContext;
