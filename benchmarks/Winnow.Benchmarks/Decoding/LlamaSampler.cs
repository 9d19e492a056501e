using System.Runtime.InteropServices;

namespace Winnow.Benchmarks;

/// <summary>A sampler of llama.cpp's library, called in this process. Only benchmarks use it; the library is the file that WINNOW_LLAMA_LIBRARY names.</summary>
/// <remarks>As of llama.cpp's C interface: an array of (id, logit, probability) that a sampler shortens and sorts in place.</remarks>
internal sealed class LlamaSampler : IDisposable
{
    private static readonly Lazy<nint> Library = new(() => NativeLibrary.Load(
        Environment.GetEnvironmentVariable("WINNOW_LLAMA_LIBRARY")
        ?? throw new InvalidOperationException("Set WINNOW_LLAMA_LIBRARY to a libllama shared library, for example of the npm package @node-llama-cpp/linux-x64.")));

    private readonly nint _sampler;
    private readonly ApplyCall _apply = Function<ApplyCall>("llama_sampler_apply");
    private readonly SamplerCall _reset = Function<SamplerCall>("llama_sampler_reset");
    private readonly TokenData[] _candidates;
    private readonly float[] _logits;
    private TokenArray _array;

    private LlamaSampler(nint sampler, float[] logits)
    {
        _sampler = sampler;
        _logits = logits;
        _candidates = GC.AllocateArray<TokenData>(logits.Length, pinned: true);
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void ApplyCall(nint sampler, ref TokenArray array);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint TruncationMaker(float value, nint minKeep);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint TopKMaker(int k);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint XtcMaker(float probability, float threshold, nint minKeep, uint seed);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint MirostatMaker(uint seed, float target, float rate);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint TemperatureMaker(float temperature);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint DrawMaker(uint seed);

    // The settings of a chain are a structure of one flag, which is passed as a byte is.
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint ChainMaker(byte measuresNothing);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void ChainAdder(nint chain, nint sampler);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void SamplerCall(nint sampler);

    /// <summary>Whether a library is named.</summary>
    public static bool IsAvailable => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("WINNOW_LLAMA_LIBRARY"));

    /// <summary>llama_sampler_init_top_p.</summary>
    public static LlamaSampler TopP(float[] logits, float p) => new(Function<TruncationMaker>("llama_sampler_init_top_p")(p, 1), logits);

    /// <summary>llama_sampler_init_typical.</summary>
    public static LlamaSampler Typical(float[] logits, float mass) => new(Function<TruncationMaker>("llama_sampler_init_typical")(mass, 1), logits);

    /// <summary>llama_sampler_init_min_p.</summary>
    public static LlamaSampler MinP(float[] logits, float ratio) => new(Function<TruncationMaker>("llama_sampler_init_min_p")(ratio, 1), logits);

    /// <summary>llama_sampler_init_top_k.</summary>
    public static LlamaSampler TopK(float[] logits, int k) => new(Function<TopKMaker>("llama_sampler_init_top_k")(k), logits);

    /// <summary>llama_sampler_init_xtc.</summary>
    public static LlamaSampler Xtc(float[] logits, float probability, float threshold) => new(Function<XtcMaker>("llama_sampler_init_xtc")(probability, threshold, 1, 1), logits);

    /// <summary>llama_sampler_init_mirostat_v2, which also draws.</summary>
    public static LlamaSampler Mirostat2(float[] logits, float target, float rate) => new(Function<MirostatMaker>("llama_sampler_init_mirostat_v2")(1, target, rate), logits);

    /// <summary>A chain of top-k 40, top-p 0.95, min-p 0.05, temperature 0.8 and a draw.</summary>
    public static LlamaSampler Chain(float[] logits)
    {
        nint chain = Function<ChainMaker>("llama_sampler_chain_init")(1);
        ChainAdder add = Function<ChainAdder>("llama_sampler_chain_add");
        add(chain, Function<TopKMaker>("llama_sampler_init_top_k")(40));
        add(chain, Function<TruncationMaker>("llama_sampler_init_top_p")(0.95f, 1));
        add(chain, Function<TruncationMaker>("llama_sampler_init_min_p")(0.05f, 1));
        add(chain, Function<TemperatureMaker>("llama_sampler_init_temp")(0.8f));
        add(chain, Function<DrawMaker>("llama_sampler_init_dist")(1));
        return new LlamaSampler(chain, logits);
    }

    /// <summary>A draw from the whole distribution.</summary>
    public static LlamaSampler Draw(float[] logits) => new(Function<DrawMaker>("llama_sampler_init_dist")(1), logits);

    /// <summary>Fills the candidates and takes the sampler back to its first step; every token needs the first.</summary>
    public void Prepare()
    {
        _reset(_sampler);
        for (int i = 0; i < _candidates.Length; i++)
        {
            _candidates[i] = new TokenData(i, _logits[i], 0);
        }
        _array = new TokenArray { Data = Marshal.UnsafeAddrOfPinnedArrayElement(_candidates, 0), Size = _logits.Length, Selected = -1, IsSorted = 0 };
    }

    /// <summary>Applies the sampler to what was prepared.</summary>
    /// <returns>Candidates left.</returns>
    public int Apply()
    {
        _apply(_sampler, ref _array);
        return (int)_array.Size;
    }

    /// <inheritdoc/>
    public void Dispose() => Function<SamplerCall>("llama_sampler_free")(_sampler);

    private static T Function<T>(string name)
        where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(Library.Value, name));

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TokenData(int Id, float Logit, float Probability);

    [StructLayout(LayoutKind.Sequential)]
    private struct TokenArray
    {
        public nint Data;
        public nint Size;
        public long Selected;
        public byte IsSorted;
    }
}
