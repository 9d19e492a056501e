using CsCheck;
using Winnow.Inference;
using Winnow.Inference.Kernels;
using Winnow.Inference.Sessions;

namespace Winnow.Tests.Inference;

public sealed unsafe class KernelTests
{
    [Fact]
    public void The_matrix_product_is_one_chain_of_fused_multiply_adds_at_every_register_width() =>
        Gen.Select(Gen.Int[1, 21], Gen.Int[1, 50], Gen.Int[1, 100], Gen.Bool, Gen.Bool, Gen.Int[0, 99]).Sample(
            (rows, inputs, outputs, hasBias, adds, seed) =>
            {
                using var matrix = new PackedMatrix(outputs, inputs, hasBias);
                float[] weights = Numbers(outputs * inputs, seed);
                float[] bias = Numbers(outputs, seed + 1);
                matrix.SetRows(0, weights);
                if (hasBias)
                {
                    matrix.SetBias(0, bias);
                }
                float[] x = Numbers(rows * inputs, seed + 2);
                float[] start = Numbers(rows * outputs, seed + 3);
                float[] expected = [.. start];
                for (int r = 0; r < rows; r++)
                {
                    for (int o = 0; o < outputs; o++)
                    {
                        float sum = 0;
                        for (int k = 0; k < inputs; k++)
                        {
                            sum = MathF.FusedMultiplyAdd(weights[(o * inputs) + k], x[(r * inputs) + k], sum);
                        }
                        sum = hasBias ? sum + bias[o] : sum;
                        expected[(r * outputs) + o] = adds ? start[(r * outputs) + o] + sum : sum;
                    }
                }
                Assert.Equal(expected, Product<Lanes512>(matrix, x, rows, start, adds));
                Assert.Equal(expected, Product<Lanes256>(matrix, x, rows, start, adds));
                Assert.Equal(expected, Product<Lanes128>(matrix, x, rows, start, adds));
            },
            iter: 100);

    [Fact]
    public void The_exponential_is_right_to_three_parts_in_ten_million_and_the_same_in_every_place() =>
        Gen.Float[-87f, 88f].Array[1, 40].Sample(values =>
        {
            var results = new float[values.Length];
            Exponential.Apply(values, 0, 1, results);
            for (int i = 0; i < values.Length; i++)
            {
                double exact = Math.Exp(values[i]);
                Assert.InRange(results[i], exact * (1 - 3e-7), exact * (1 + 3e-7));
                var alone = new float[1];
                Exponential.Apply(values.AsSpan(i, 1), 0, 1, alone);
                Assert.Equal(results[i], alone[0]);
            }
        });

    [Fact]
    public void The_exponential_keeps_its_ends()
    {
        float[] results = new float[6];
        Exponential.Apply([float.NegativeInfinity, -200, 0, 100, float.PositiveInfinity, float.NaN], 0, 1, results);
        Assert.Equal([0, 0, 1, float.PositiveInfinity, float.PositiveInfinity, float.NaN], results);
    }

    [Fact]
    public void Attention_over_scattered_and_shared_pages_is_attention_whoever_is_computed_beside_it() =>
        Gen.Select(Gen.Int[1, 24], Gen.Int[1, 20].Array[0, 8], Gen.Int[1, 20].Array[1, 4].Array[1, 7], Gen.Int[0, 99]).Sample(
            (halfWidth, sharedRuns, ownRuns, seed) =>
            {
                int width = 2 * halfWidth;
                using var pages = new PageStore(1, 1, width);
                var shared = new ScatteredRow(pages, width, sharedRuns, seed);
                ScatteredRow[] rows = [.. ownRuns.Select((runs, r) => new ScatteredRow(pages, width, runs, seed + (100 * r), shared))];
                float[][] queries = [.. rows.Select((_, r) => Numbers(width, seed + 7 + r))];

                float[][] together = Attend(pages, width, rows, queries, shared.Spans.Count, finishesEach: false);
                Assert.Equal(Attend(pages, width, rows, queries, shared.Spans.Count, finishesEach: true), together);
                for (int r = 0; r < rows.Length; r++)
                {
                    var expected = new double[width];
                    DenseAttention.Apply<double>(Doubles(queries[r]), Doubles(rows[r].Keys), Doubles(rows[r].Values), width, AttentionMask.None, 0, 1, expected);
                    for (int i = 0; i < width; i++)
                    {
                        Assert.Equal(expected[i], together[r][i], 1e-5);
                    }
                }
            },
            iter: 100);

    [Fact]
    public void The_pool_does_every_piece_once_whoever_takes_it()
    {
        var work = new CountingWork(100);
        for (int round = 0; round < 200; round++)
        {
            WorkerPool.Shared.Run(work, 100, 1 + (round % 4));
        }
        Assert.All(work.Counts, count => Assert.Equal(200, count));
        Assert.True(work.MaxWorker < 4);
    }

    [Fact]
    public void The_pool_serves_several_callers_and_reports_a_failed_piece()
    {
        Parallel.For(0, 4, _ =>
        {
            var work = new CountingWork(50);
            for (int round = 0; round < 100; round++)
            {
                WorkerPool.Shared.Run(work, 50, 2);
            }
            Assert.All(work.Counts, count => Assert.Equal(100, count));
        });
        Assert.ThrowsAny<Exception>(() => WorkerPool.Shared.Run(new FailingWork(), 8, 2));
        var after = new CountingWork(8);
        WorkerPool.Shared.Run(after, 8, 2);
        Assert.All(after.Counts, count => Assert.Equal(1, count));
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

    private static double[] Doubles(IEnumerable<float> numbers) => [.. numbers.Select(n => (double)n)];

    private static float[][] Attend(PageStore pages, int width, ScatteredRow[] rows, float[][] queries, int shared, bool finishesEach)
    {
        using var attention = new PagedAttention(pages, width);
        using var vectors = new AlignedBuffer(2 * rows.Length * width);
        for (int r = 0; r < rows.Length; r++)
        {
            queries[r].CopyTo(vectors.Span(r * width, width));
            attention.Add(
                0, 0, vectors.Pointer + (r * width), rows[r].Spans.ToArray(), rows[r].Length, shared, vectors.Pointer + ((rows.Length + r) * width));
            if (finishesEach)
            {
                attention.Finish();
            }
        }
        attention.Finish();
        return [.. rows.Select((_, r) => vectors.Span((rows.Length + r) * width, width).ToArray())];
    }

    /// <summary>A row whose tokens stand in runs of slots of pages of their own, behind those of another row.</summary>
    private sealed class ScatteredRow
    {
        public ScatteredRow(PageStore pages, int width, int[] runs, int seed, ScatteredRow? before = null)
        {
            Spans = [.. before?.Spans ?? []];
            Keys = [.. before?.Keys ?? []];
            Values = [.. before?.Values ?? []];
            foreach (int run in runs)
            {
                int start = (run * 5) % 16;
                var span = new PageSpan(pages.Rent(), start, Math.Min(run, 16 - start));
                Spans.Add(span);
                for (int slot = span.Start; slot < span.Start + span.Count; slot++)
                {
                    float[] key = Numbers(width, seed + Keys.Count);
                    float[] value = Numbers(width, seed + Keys.Count + 1);
                    Keys.AddRange(key);
                    Values.AddRange(value);
                    for (int i = 0; i < width; i++)
                    {
                        pages.Keys(span.Page, 0, 0)[(i * 16) + slot] = key[i];
                    }
                    value.CopyTo(new Span<float>(pages.Values(span.Page, 0, 0) + (slot * pages.ValueStride), width));
                }
            }
            Length = Keys.Count / width;
        }

        public List<PageSpan> Spans { get; }

        public List<float> Keys { get; }

        public List<float> Values { get; }

        public int Length { get; }
    }

    private sealed class CountingWork(int chunks) : IParallelWork
    {
        public int[] Counts { get; } = new int[chunks];

        public int MaxWorker { get; private set; }

        public void Run(int chunk, int worker)
        {
            Interlocked.Increment(ref Counts[chunk]);
            if (worker > MaxWorker)
            {
                MaxWorker = worker;
            }
        }
    }

    private sealed class FailingWork : IParallelWork
    {
        public void Run(int chunk, int worker) => throw new FormatException("broken piece");
    }
}
