using System.Globalization;
using System.Text;
using Winnow.Inference.Embeddings;

namespace Winnow.Cli.Sources;

/// <summary>Vectors on their way into a file that takes its name only when it is whole.</summary>
internal abstract class VectorOutput : IDisposable
{
    /// <summary>Vectors that are there.</summary>
    public abstract long Rows { get; }

    /// <summary>Adds vectors, shape [rows][width].</summary>
    public abstract void Append(ReadOnlySpan<float> rows);

    /// <summary>Writes through to the file.</summary>
    public abstract void Flush();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Begins a file, or goes on with one.</summary>
    /// <param name="path">The file: .npy, or JSON lines of <c>{"embedding":[…]}</c>.</param>
    /// <param name="isNpy">Which of the two.</param>
    /// <param name="width">Numbers of a vector.</param>
    /// <param name="isContinued">Whether to go on where there is something.</param>
    public static VectorOutput Open(string path, bool isNpy, int width, bool isContinued) =>
        isNpy ? new Npy(isContinued ? NpyWriter.Continue(path, width) : NpyWriter.Create(path, width)) : new JsonLines(path, width, isContinued);

    private sealed class Npy(NpyWriter writer) : VectorOutput
    {
        public override long Rows => writer.Rows;

        public override void Append(ReadOnlySpan<float> rows) => writer.Append(rows);

        public override void Flush() => writer.Flush();

        public override void Dispose() => writer.Dispose();
    }

    private sealed class JsonLines : VectorOutput
    {
        private readonly FileStream _file;
        private readonly StreamWriter _writer;
        private readonly int _width;
        private long _rows;

        public JsonLines(string path, int width, bool isContinued)
        {
            _width = width;
            _file = new FileStream(path, isContinued ? FileMode.Open : FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
            _file.SetLength(isContinued ? WholeLines() : 0);
            _file.Seek(0, SeekOrigin.End);
            _writer = new StreamWriter(_file, new UTF8Encoding(false)) { NewLine = "\n" };
        }

        public override long Rows => _rows;

        public override void Append(ReadOnlySpan<float> rows)
        {
            for (; !rows.IsEmpty; rows = rows[_width..], _rows++)
            {
                _writer.Write("{\"embedding\":[");
                for (int i = 0; i < _width; i++)
                {
                    _writer.Write(i == 0 ? "" : ",");
                    _writer.Write(rows[i].ToString("R", CultureInfo.InvariantCulture));
                }
                _writer.WriteLine("]}");
            }
        }

        public override void Flush() => _writer.Flush();

        public override void Dispose() => _writer.Dispose();

        // A line without its end was cut off in the middle.
        private long WholeLines()
        {
            byte[] buffer = new byte[1 << 16];
            long whole = 0;
            long at = 0;
            while (_file.Read(buffer) is > 0 and var count)
            {
                for (int i = 0; i < count; i++)
                {
                    if (buffer[i] == (byte)'\n')
                    {
                        whole = at + i + 1;
                        _rows++;
                    }
                }
                at += count;
            }
            return whole;
        }
    }
}
