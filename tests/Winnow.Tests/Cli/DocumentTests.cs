using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Winnow.Cli.Documents;

namespace Winnow.Tests.Cli;

/// <summary>Names of fields are a contract: they change only together with the golden file and the number in the schema.</summary>
public sealed class DocumentTests
{
    private static readonly Type[] Documents =
    [
        typeof(CompareDocument), typeof(PlanDocument), typeof(RunDocument), typeof(RunsDocument), typeof(RunShowDocument), typeof(RunPairDocument),
        typeof(RunExportDocument), typeof(RunRescoreDocument), typeof(RunDeleteDocument), typeof(AskDocument), typeof(GenerateDocument), typeof(EmbedDocument), typeof(MetricsDocument), typeof(ChecklistDocument), typeof(TasksDocument), typeof(TaskDocument),
        typeof(MethodsDocument), typeof(MethodDocument), typeof(ModelsDocument), typeof(ModelDocument), typeof(EndpointDocument), typeof(ConvertDocument), typeof(DoctorDocument), typeof(ReproduceDocument),
    ];

    [Fact]
    public void Fields_are_those_of_the_golden_file()
    {
        string golden = Path.Combine(RepositoryRoot.Path, "tests", "Winnow.Tests", "Cli", "Golden", "fields.txt");
        string actual = string.Concat(Documents.Select(document => FieldsOf(document) + "\n"));
        if (Environment.GetEnvironmentVariable("WINNOW_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(golden, actual);
        }
        Assert.Equal(File.ReadAllText(golden).ReplaceLineEndings("\n"), actual);
    }

    [Fact]
    public void The_schema_is_the_first_field()
    {
        foreach (Type document in Documents)
        {
            Assert.Equal("schema", JsonOutput.ShapeOf(document).Properties[0].Name);
        }
    }

    private static string FieldsOf(Type document) =>
        document.Name + "\n" + string.Concat(Paths(JsonOutput.ShapeOf(document), "").Select(path => $"  {path}\n"));

    private static IEnumerable<string> Paths(JsonTypeInfo shape, string prefix)
    {
        foreach (JsonPropertyInfo property in shape.Properties)
        {
            string path = prefix + property.Name;
            JsonTypeInfo of = JsonOutput.ShapeOf(property.PropertyType);
            if (of.Kind == JsonTypeInfoKind.Enumerable)
            {
                path += "[]";
                of = JsonOutput.ShapeOf(of.ElementType!);
            }
            yield return path;
            foreach (string inner in of.Kind == JsonTypeInfoKind.Object ? Paths(of, path + ".") : [])
            {
                yield return inner;
            }
        }
    }
}
