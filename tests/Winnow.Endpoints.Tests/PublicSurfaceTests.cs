using System.Reflection;

namespace Winnow.Endpoints.Tests;

public sealed class PublicSurfaceTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void No_type_of_the_client_library_shows_in_the_public_surface()
    {
        Type[] surface = [.. new[] { typeof(OpenAIEndpoint).Assembly, typeof(WinnowException).Assembly }.SelectMany(assembly => assembly.GetExportedTypes())];
        string[] leaks = [.. surface.SelectMany(type => Shown(type).Where(IsForeign).Select(leak => $"{type.FullName} shows {leak.FullName}")).Distinct(StringComparer.Ordinal)];
        Assert.Empty(leaks);
        Assert.True(surface.Length > 100);
        Assert.Contains(typeof(OpenAI.Chat.ChatClient), Parts(typeof(Func<IList<OpenAI.Chat.ChatClient>>)).Where(IsForeign));
    }

    private static bool IsForeign(Type type) =>
        type.Assembly.GetName().Name is "OpenAI" or "System.ClientModel" or "Microsoft.Extensions.AI.OpenAI" || type.Namespace?.StartsWith("Polly", StringComparison.Ordinal) == true;

    private static IEnumerable<Type> Shown(Type type)
    {
        IEnumerable<Type?> own = [type.BaseType, .. type.GetInterfaces()];
        IEnumerable<Type> members = type.GetMembers(Declared).Where(IsVisible).SelectMany(TypesOf);
        return own.OfType<Type>().Concat(members).Concat(type.GetCustomAttributesData().Select(data => data.AttributeType)).SelectMany(Parts);
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
        EventInfo found => found.AddMethod is { } add && IsVisible(add),
        _ => false,
    };

    private static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(parameter => parameter.ParameterType)],
        ConstructorInfo made => made.GetParameters().Select(parameter => parameter.ParameterType),
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        EventInfo { EventHandlerType: { } handler } => [handler],
        _ => [],
    };

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!) : type.GetGenericArguments().SelectMany(Parts).Prepend(type);
}
