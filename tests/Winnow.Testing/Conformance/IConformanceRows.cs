namespace Winnow.Testing.Conformance;

/// <summary>Computes what one golden row asks for.</summary>
/// <returns>
/// An object whose fields are named as in the row's <c>expected</c> (an anonymous object does), or a
/// <see cref="Task{TResult}"/> of one. Fields that are not expected are ignored.
/// </returns>
public delegate object? RowHandler(ConformanceRow row);

/// <summary>
/// The handlers of some methods of one family of documents. Every class of the test assembly that implements this
/// is found by reflection; a family may be spread over several classes.
/// </summary>
public interface IConformanceRows
{
    /// <summary>The document's name, for example <c>numerics</c>; it also covers documents whose name contains it.</summary>
    string Family { get; }

    /// <summary>Handlers by method name. The same name in another family is another method.</summary>
    IReadOnlyDictionary<string, RowHandler> Handlers { get; }

    /// <summary>Whether a row of a registered method can be computed yet; those that cannot are shown as pending.</summary>
    bool IsBuilt(ConformanceRow row) => true;
}
