using Winnow.Search;
using Winnow.Search.Chat;

namespace Winnow.Endpoints.Calls;

/// <summary>A streamed response of which only so many bytes are read, each piece within a deadline.</summary>
internal sealed class BoundedStream(Stream inner, long most, TimeSpan deadline, TimeProvider time) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("The length of a streamed response is not known.");

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException("A streamed response is read from its beginning to its end.");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await inner.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(deadline, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            throw new ChatCallException(FailureKind.TimedOut, $"Nothing came for {deadline.TotalSeconds:G4} seconds within a streamed answer.", error);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw new ChatCallException(FailureKind.CutOff, $"The connection ended within a streamed answer: {error.Message}", error);
        }
        _read += read;
        return _read <= most ? read : throw new ChatCallException(FailureKind.Unreadable, $"The streamed answer is longer than {most} bytes.");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A streamed response is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A streamed response cannot be sought in.");

    public override void SetLength(long value) => throw new NotSupportedException("A streamed response cannot be changed.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A streamed response cannot be changed.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
        base.Dispose(disposing);
    }
}
