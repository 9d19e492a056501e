using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Winnow.Decoding.Generation;

namespace Winnow.Cli.Documents;

/// <summary>Writes the one JSON document of a verb to standard output.</summary>
internal static class JsonOutput
{
    private static readonly WinnowJson Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        // The text goes to a terminal or a file, never into a web page: letters stay letters.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<CheckState>(JsonNamingPolicy.CamelCase), new JsonStringEnumConverter<FinishReason>(JsonNamingPolicy.CamelCase) },
    });

    /// <summary>Writes a document and a line end.</summary>
    public static void Write<T>(TextWriter output, T document) => output.WriteLine(Text(document));

    /// <summary>A document as text.</summary>
    public static string Text<T>(T document) => JsonSerializer.Serialize(document, (JsonTypeInfo<T>)ShapeOf(typeof(T)));

    /// <summary>How a document is written.</summary>
    internal static JsonTypeInfo ShapeOf(Type document) =>
        Json.GetTypeInfo(document) ?? throw new ArgumentException($"{document.Name} is not one of the documents.", nameof(document));
}

/// <summary>Serialisers of all documents, made when the program is built.</summary>
[JsonSerializable(typeof(CompareDocument))]
[JsonSerializable(typeof(PlanDocument))]
[JsonSerializable(typeof(RunDocument))]
[JsonSerializable(typeof(RunsDocument))]
[JsonSerializable(typeof(RunShowDocument))]
[JsonSerializable(typeof(RunPairDocument))]
[JsonSerializable(typeof(RunExportDocument))]
[JsonSerializable(typeof(RunRescoreDocument))]
[JsonSerializable(typeof(RunDeleteDocument))]
[JsonSerializable(typeof(AskDocument))]
[JsonSerializable(typeof(GenerateDocument))]
[JsonSerializable(typeof(EmbedDocument))]
[JsonSerializable(typeof(MetricsDocument))]
[JsonSerializable(typeof(ChecklistDocument))]
[JsonSerializable(typeof(TasksDocument))]
[JsonSerializable(typeof(TaskDocument))]
[JsonSerializable(typeof(MethodsDocument))]
[JsonSerializable(typeof(MethodDocument))]
[JsonSerializable(typeof(ModelsDocument))]
[JsonSerializable(typeof(ModelDocument))]
[JsonSerializable(typeof(ConvertDocument))]
[JsonSerializable(typeof(EndpointDocument))]
[JsonSerializable(typeof(DoctorDocument))]
[JsonSerializable(typeof(ReproduceDocument))]
internal sealed partial class WinnowJson : JsonSerializerContext;
