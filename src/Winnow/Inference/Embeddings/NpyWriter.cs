using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Winnow.Inference.Embeddings;

/// <summary>
/// Writes a matrix of single-precision numbers row by row in NumPy's .npy format, which nearly everything reads. How
/// many rows there are is written when the file is closed, so that the matrix may be larger than memory.
/// </summary>
/// <remarks>Source: the NPY format, version 1.0. Little-endian, C order, data from byte 128 on. Not thread-safe.</remarks>
public sealed partial class NpyWriter : IDisposable
{
    private const int HeaderBytes = 128;
    private const int PreambleBytes = 10;

    private readonly FileStream _file;
    private readonly int _width;

    private NpyWriter(FileStream file, int width, long rows)
    {
        _file = file;
        _width = width;
        Rows = rows;
    }

    /// <summary>Rows that are in the file.</summary>
    public long Rows { get; private set; }

    /// <summary>Begins a file; one that is there is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="width">Numbers of a row; at least 1.</param>
    public static NpyWriter Create(string path, int width)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        var writer = new NpyWriter(new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read), width, 0);
        writer.WriteHeader();
        return writer;
    }

    /// <summary>Goes on with a file of this writer's that may have been left in the middle of a row.</summary>
    /// <param name="path">The file.</param>
    /// <param name="width">Numbers of a row.</param>
    /// <param name="mostRows">Rows beyond these are dropped.</param>
    /// <exception cref="WinnowException">It is no such file, or its rows are of another width.</exception>
    public static NpyWriter Continue(string path, int width, long mostRows = long.MaxValue)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(mostRows);
        var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            Span<byte> header = stackalloc byte[HeaderBytes];
            int read = file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
            Match shape = ShapePattern().Match(read == HeaderBytes && header[1..].StartsWith("NUMPY"u8) ? Encoding.Latin1.GetString(header) : "");
            if (!shape.Success || shape.Groups["width"].Value != width.ToString(CultureInfo.InvariantCulture))
            {
                throw new WinnowException($"{path}: this is no .npy file of rows of {width} single-precision numbers that can be gone on with; delete it to begin anew.");
            }
            long rowBytes = (long)width * sizeof(float);
            long rows = Math.Min(mostRows, (file.Length - HeaderBytes) / rowBytes);
            file.SetLength(HeaderBytes + (rows * rowBytes));
            file.Seek(0, SeekOrigin.End);
            return new NpyWriter(file, width, rows);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds rows.</summary>
    /// <param name="rows">Shape [rows][width].</param>
    /// <exception cref="ArgumentException">It is no whole number of rows.</exception>
    public void Append(ReadOnlySpan<float> rows)
    {
        if (rows.Length % _width != 0)
        {
            throw new ArgumentException($"{rows.Length} numbers are no whole rows of {_width}.", nameof(rows));
        }
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("The .npy writer needs a little-endian machine.");
        }
        _file.Write(MemoryMarshal.AsBytes(rows));
        Rows += rows.Length / _width;
    }

    /// <summary>Writes everything through to the file, with the number of rows so far.</summary>
    public void Flush()
    {
        WriteHeader();
        _file.Flush();
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        WriteHeader();
        _file.Dispose();
    }

    [GeneratedRegex(@"'descr': '<f4', 'fortran_order': False, 'shape': \(\d+, (?<width>\d+)\)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ShapePattern();

    private void WriteHeader()
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Fill((byte)' ');
        ReadOnlySpan<byte> preamble = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, HeaderBytes - PreambleBytes, 0];
        preamble.CopyTo(header);
        string text = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({Rows}, {_width}), }}");
        Encoding.ASCII.GetBytes(text, header[PreambleBytes..]);
        header[^1] = (byte)'\n';
        long end = Math.Max(HeaderBytes, _file.Length);
        _file.Position = 0;
        _file.Write(header);
        _file.Position = end;
    }
}
