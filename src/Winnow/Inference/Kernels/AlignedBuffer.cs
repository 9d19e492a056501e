using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Winnow.Inference.Kernels;

/// <summary>Numbers outside the managed heap, aligned to cache lines so that wide loads never straddle two.</summary>
internal sealed unsafe class AlignedBuffer : SafeHandle
{
    private const nuint LineBytes = 64;

    [ThreadStatic]
    private static long t_bytesTaken;

    private readonly void* _start;
    private readonly AlignedBuffer? _whole;

    /// <param name="length">Numbers; 0 or more. They start as zeros.</param>
    /// <param name="isFilled">Whether all of it will be used, so that large pages waste nothing.</param>
    public AlignedBuffer(long length, bool isFilled = false) : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        nuint used = checked((nuint)Math.Max(length, 1) * sizeof(float));
        bool isLarge = isFilled && used >= LargePages.Size;
        nuint alignment = isLarge ? LargePages.Size : LineBytes;
        nuint bytes = checked(used + alignment);
        // Zeroed by the system, which gives no memory to what is never touched: most scratch memory is larger than what is used.
        _start = NativeMemory.AllocZeroed(bytes);
        SetHandle((nint)(((nuint)_start + alignment - 1) / alignment * alignment));
        t_bytesTaken += (long)bytes;
        if (isLarge)
        {
            LargePages.AskFor(Pointer, used);
        }
    }

    private AlignedBuffer(AlignedBuffer whole, long start, long length) : base(0, ownsHandle: true)
    {
        bool isHeld = false;
        whole.DangerousAddRef(ref isHeld);
        _whole = whole;
        Length = length;
        SetHandle((nint)(whole.Pointer + start));
    }

    /// <summary>Bytes that buffers of this thread have taken since it began, those given back included: what the runtime counts of the managed heap, for this memory.</summary>
    public static long BytesTakenByThread => t_bytesTaken;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>First number.</summary>
    public float* Pointer => (float*)handle;

    /// <summary>How many there are.</summary>
    public long Length { get; }

    /// <summary>Some of them.</summary>
    public Span<float> Span(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + length, Length);
        return new Span<float>(Pointer + start, length);
    }

    /// <summary>Some of them as a buffer of their own, which keeps the whole one.</summary>
    /// <param name="start">First number; a multiple of sixteen.</param>
    /// <param name="length">Numbers.</param>
    public AlignedBuffer Part(long start, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(start % ((long)LineBytes / sizeof(float)), 0);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + length, Length);
        return new AlignedBuffer(this, start, length);
    }

    /// <summary>Appends all numbers to a checksum.</summary>
    public void AppendTo(IncrementalHash hash)
    {
        const int MostNumbers = 1 << 20;
        for (long at = 0; at < Length; at += MostNumbers)
        {
            hash.AppendData(MemoryMarshal.AsBytes(Span(at, (int)Math.Min(MostNumbers, Length - at))));
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (_whole is not null)
        {
            _whole.DangerousRelease();
        }
        else
        {
            NativeMemory.Free(_start);
        }
        return true;
    }
}
