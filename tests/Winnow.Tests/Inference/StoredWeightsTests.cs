using CsCheck;
using Winnow.Inference;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Quantised;
using Winnow.Inference.Decoders;
using Winnow.Inference.Kernels;
using Winnow.Inference.Kernels.Panels;
using Winnow.Models;
using Winnow.Testing.Models;

namespace Winnow.Tests.Inference;

public sealed unsafe class StoredWeightsTests
{
    private static readonly TensorType[] Kept =
    [
        TensorType.F32, TensorType.F16, TensorType.BF16, TensorType.Q8_0, TensorType.Q4_0, TensorType.Q4_1, TensorType.Q5_0, TensorType.Q5_1,
        TensorType.Q2_K, TensorType.Q3_K, TensorType.Q4_K, TensorType.Q5_K, TensorType.Q6_K,
    ];

    public static TheoryData<TensorType> KeptTypes => [.. Kept];

    [Theory]
    [MemberData(nameof(KeptTypes))]
    public void A_panel_takes_no_more_memory_than_the_file_and_widens_to_its_numbers(TensorType type)
    {
        const int Inputs = 512;
        const int Outputs = 45;
        using var matrix = new PackedMatrix(Inputs, [(type, Outputs)], hasBias: false);
        byte[] stored = Fill(matrix, 0, Outputs, type, "panel");
        var expected = new float[Inputs * Outputs];
        BlockFormats.Decode(type, stored, expected);
        var row = new float[Inputs];
        for (int output = 0; output < Outputs; output++)
        {
            matrix.CopyRow(output, row);
            Assert.Equal(expected[(output * Inputs)..((output + 1) * Inputs)], row);
        }
        // 45 outputs fill one and a half panels.
        Assert.InRange(matrix.Bytes, stored.Length, stored.Length * 64.0 / 45 * 1.04);
    }

    [Theory]
    [MemberData(nameof(KeptTypes))]
    public void The_product_is_bitwise_that_of_widened_weights_at_every_register_width(TensorType type) =>
        Gen.Select(Gen.OneOf(Gen.Int[1, 9], Gen.Int[1, 70]), Gen.Int[1, 4], Gen.Int[1, 70], Gen.Bool, Gen.Int[0, 99]).Sample(
            (rows, blocks, outputs, adds, seed) =>
            {
                int inputs = blocks * TensorTypes.Layout(type).Numbers;
                using var matrix = new PackedMatrix(inputs, [(type, outputs)], hasBias: true);
                using var wide = new PackedMatrix(outputs, inputs, hasBias: true);
                byte[] stored = Fill(matrix, 0, outputs, type, $"{seed}");
                var weights = new float[inputs * outputs];
                BlockFormats.Decode(type, stored, weights);
                wide.SetRows(0, weights);
                float[] bias = Numbers(outputs, seed + 1);
                matrix.SetBias(0, bias);
                wide.SetBias(0, bias);
                float[] x = Numbers(rows * inputs, seed + 2);
                float[] start = Numbers(rows * outputs, seed + 3);
                float[] expected = Product<Lanes512>(wide, x, rows, start, adds);
                Assert.Equal(expected, Product<Lanes512>(matrix, x, rows, start, adds));
                Assert.Equal(expected, Product<Lanes256>(matrix, x, rows, start, adds));
                Assert.Equal(expected, Product<Lanes128>(matrix, x, rows, start, adds));
            },
            iter: 24, threads: 1);

    [Fact]
    public void A_matrix_of_several_types_keeps_each_part_in_its_own()
    {
        const int Inputs = 256;
        using var matrix = new PackedMatrix(Inputs, [(TensorType.Q4_K, 40), (TensorType.Q4_K, 9), (TensorType.Q6_K, 17), (TensorType.F32, 5)], hasBias: false);
        using var wide = new PackedMatrix(71, Inputs, hasBias: false);
        int first = 0;
        foreach ((TensorType type, int outputs) in new[] { (TensorType.Q4_K, 49), (TensorType.Q6_K, 17), (TensorType.F32, 5) })
        {
            byte[] stored = Fill(matrix, first, outputs, type, $"part {first}");
            var weights = new float[Inputs * outputs];
            BlockFormats.Decode(type, stored, weights);
            wide.SetRows(first, weights);
            Assert.Equal(type, matrix.TypeOf(first + outputs - 1));
            first += outputs;
        }
        float[] x = Numbers(3 * Inputs, 5);
        Assert.Equal(Product<Lanes256>(wide, x, 3, new float[3 * 71], false), Product<Lanes256>(matrix, x, 3, new float[3 * 71], false));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.TypeOf(71));
        Assert.Throws<ArgumentException>(() => matrix.SetRow(0, new byte[5]));
    }

    [Theory]
    [MemberData(nameof(KeptTypes))]
    public void A_decoder_gives_bitwise_the_same_logits_with_weights_kept_as_stored_alone_or_in_company(TensorType type)
    {
        DecoderSettings shape = RandomDecoder.Settings(width: 256, inner: 256, heads: 8, keyValueHeads: 2, headWidth: 32, vocabulary: 90, context: 160, isTied: type != TensorType.Q8_0);
        using MemoryCheckpoint original = RandomDecoder.Checkpoint(shape, 5, hasBias: true);
        // As in files with mixed types: values and down projections are finer.
        using var stored = new StoredCheckpoint(original, name => name.Contains("v_proj", StringComparison.Ordinal) ? TensorType.Q6_K : type);
        using DecoderModel kept = DecoderModel.Create(shape, stored, new NumberedVocabulary(90), "kept", WeightStorage.AsStored);
        using DecoderModel wide = DecoderModel.Create(shape, stored, new NumberedVocabulary(90), "wide", WeightStorage.SinglePrecision);
        int[] prompt = [.. Enumerable.Range(0, 75).Select(i => (i * 11) % 90)];
        using ISession plain = wide.Open(new SessionOptions { Threads = 1 });
        float[] expected = [.. plain.Logits(plain.Add(prompt), prompt.Length - 1)];
        Assert.All(expected, logit => Assert.True(float.IsFinite(logit)));

        using ISession alone = kept.Open(new SessionOptions { Threads = 1 });
        Assert.Equal(expected, alone.Logits(alone.Add(prompt), prompt.Length - 1).ToArray());

        using ISession company = kept.Open(new SessionOptions { Threads = 3 });
        company.Add(prompt[..7]);
        for (int i = 1; i < 20; i++)
        {
            company.Add([i]);
        }
        int[] rows = [.. Enumerable.Range(0, 20)];
        company.Forward(new TokenBatch(rows, [.. rows.Select(r => r == 0 ? 60 : 1)], [.. rows.SelectMany(r => r == 0 ? prompt[7..67] : [r])]), Read.LastLogits);
        for (int i = 67; i < prompt.Length; i++)
        {
            company.Forward(new TokenBatch(rows, [.. rows.Select(_ => 1)], [.. rows.Select(r => r == 0 ? prompt[i] : r)]), Read.LastLogits);
        }
        Assert.Equal(expected, company.Logits(0, prompt.Length - 1).ToArray());
        var key = new float[shape.Width];
        var wideKey = new float[shape.Width];
        kept.CopyOutputKey(33, key);
        wide.CopyOutputKey(33, wideKey);
        Assert.Equal(wideKey, key);
    }

    [Fact]
    public void Small_models_are_kept_in_single_precision_unless_asked_otherwise()
    {
        DecoderSettings shape = RandomDecoder.Settings(width: 64, inner: 96, heads: 4, keyValueHeads: 2, headWidth: 16);
        using MemoryCheckpoint original = RandomDecoder.Checkpoint(shape, 5);
        using var stored = new StoredCheckpoint(original, _ => TensorType.Q4_0);
        using DecoderModel automatic = DecoderModel.Create(shape, stored, new NumberedVocabulary(37), "small");
        using DecoderModel kept = DecoderModel.Create(shape, stored, new NumberedVocabulary(37), "small", WeightStorage.AsStored);
        Assert.InRange(kept.WeightBytes, 1, automatic.WeightBytes / 4);
    }

    [Theory]
    [InlineData(TensorType.Q4_0)]
    [InlineData(TensorType.Q6_K)]
    [InlineData(TensorType.F16)]
    public void A_weight_that_is_no_finite_number_is_refused_by_the_tensors_name(TensorType type)
    {
        DecoderSettings shape = RandomDecoder.Settings(width: 256, inner: 256, heads: 4, keyValueHeads: 2, headWidth: 64);
        using MemoryCheckpoint original = RandomDecoder.Checkpoint(shape, 5);
        using var stored = new StoredCheckpoint(original, name => name == "model.layers.1.mlp.up_proj.weight" ? type : TensorType.F32);
        using var broken = new BrokenCheckpoint(stored, "model.layers.1.mlp.up_proj.weight", type == TensorType.Q6_K ? 209 : 1);
        WinnowException error = Assert.Throws<WinnowException>(() => DecoderModel.Create(shape, broken, new NumberedVocabulary(37), "broken", WeightStorage.AsStored));
        Assert.Contains("model.layers.1.mlp.up_proj.weight", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Fill(PackedMatrix matrix, int first, int outputs, TensorType type, string name)
    {
        byte[] stored = StoredBytes(type, (long)matrix.Inputs * outputs, name);
        int rowBytes = stored.Length / outputs;
        for (int output = 0; output < outputs; output++)
        {
            matrix.SetRow(first + output, stored.AsSpan(output * rowBytes, rowBytes));
        }
        return stored;
    }

    private static byte[] StoredBytes(TensorType type, long count, string name)
    {
        if (type is not (TensorType.F32 or TensorType.BF16))
        {
            return StoredCheckpoint.MadeUp(type, count, name);
        }
        var bytes = new byte[TensorTypes.Bytes(type, count)];
        BlockFormats.Encode(type, Numbers((int)count, name.Length), bytes);
        return bytes;
    }

    private static float[] Product<TLanes>(PackedMatrix matrix, float[] x, int rows, float[] start, bool adds)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float[] y = [.. start];
        float** targets = stackalloc float*[rows];
        fixed (float* from = x)
        fixed (float* to = y)
        {
            for (int r = 0; r < rows; r++)
            {
                targets[r] = to + (r * matrix.Outputs);
            }
            MatrixProduct.Apply<TLanes>(from, matrix.Inputs, rows, matrix, 0, matrix.Panels, targets, adds);
        }
        return y;
    }

    private static float[] Numbers(int count, int seed) =>
        [.. Enumerable.Range(0, count).Select(i => (float)Math.Sin((i * 12.9898) + (seed * 78.233)))];

    private sealed class BrokenCheckpoint(ICheckpoint whole, string tensor, int exponentByte) : ICheckpoint
    {
        public string Source => whole.Source;

        public IReadOnlyDictionary<string, StoredTensor> Tensors => whole.Tensors;

        public void ReadFloats(string name, Span<float> values) => whole.ReadFloats(name, values);

        public void ReadRows(string name, long firstRow, Span<byte> rows)
        {
            whole.ReadRows(name, firstRow, rows);
            if (name == tensor)
            {
                rows[exponentByte] = 0x7C;
            }
        }

        public void Dispose() => whole.Dispose();
    }
}
