namespace Winnow.Inference.Kernels;

/// <summary>Rows whose sums a kernel keeps in registers at once: known when it is compiled, so that what other numbers of rows need falls away.</summary>
internal interface ITileRows
{
    /// <summary>How many.</summary>
    static abstract int Count { get; }
}

internal readonly struct One : ITileRows
{
    public static int Count => 1;
}

internal readonly struct Two : ITileRows
{
    public static int Count => 2;
}

internal readonly struct Three : ITileRows
{
    public static int Count => 3;
}

internal readonly struct Four : ITileRows
{
    public static int Count => 4;
}

internal readonly struct Five : ITileRows
{
    public static int Count => 5;
}

internal readonly struct Six : ITileRows
{
    public static int Count => 6;
}

internal readonly struct Seven : ITileRows
{
    public static int Count => 7;
}

internal readonly struct Eight : ITileRows
{
    public static int Count => 8;
}
