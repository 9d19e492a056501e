using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using TorchSharp;
using Winnow.Numerics;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Winnow.Torch.Models;

/// <summary>Settings of <see cref="BatchGeneration"/>.</summary>
public sealed record BatchGenerationOptions
{
    /// <summary>Most tokens of an answer. Above 0.</summary>
    public int MaxTokens { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(MaxTokens), value, "Must be above 0."); } = 256;

    /// <summary>Token that ends an answer.</summary>
    public required int EndToken { get; init; }

    /// <summary>Token that fills up shorter prompts.</summary>
    public required int PaddingToken { get; init; }

    /// <summary>Temperature; 0 takes the likeliest token. Range: at least 0.</summary>
    public double Temperature { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Temperature), value, "Must be 0 or more."); }

    /// <summary>Source of the draws; needed above temperature 0. Slot: index of the prompt; step: token of the answer.</summary>
    public IUniforms? Uniforms { get; init; }
}

/// <summary>Answers of a decoder in training to a batch of prompts: for probes, and for models that learn from their own samples.</summary>
public static class BatchGeneration
{
    /// <summary>Generates one answer to each prompt.</summary>
    /// <param name="model">The decoder.</param>
    /// <param name="prompts">Token ids, each at least 1 and at most the context less 1.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancellationToken">Ends between tokens.</param>
    /// <returns>For each prompt the tokens after it, without the end token; an answer that was cut by a limit has no mark.</returns>
    public static IReadOnlyList<int[]> Generate(LlamaDecoder model, IReadOnlyList<int[]> prompts, BatchGenerationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Temperature > 0 && options.Uniforms is null)
        {
            throw new ArgumentException("A temperature above 0 needs a source of uniforms.", nameof(options));
        }
        if (prompts.Count == 0)
        {
            return [];
        }

        int width = prompts.Max(prompt => prompt.Length);
        int most = Math.Min(options.MaxTokens, model.Shape.ContextLength - width);
        int[] padding = [.. prompts.Select(prompt => width - prompt.Length)];
        List<int>[] answers = [.. prompts.Select(_ => new List<int>())];
        bool[] isDone = new bool[prompts.Count];

        using IDisposable noGradients = no_grad();
        using DisposeScope outer = NewDisposeScope();
        using DecodingCache cache = new(model.Shape, padding, width + Math.Max(most, 1));
        long[] next = new long[prompts.Count * width];
        for (int row = 0; row < prompts.Count; row++)
        {
            for (int i = 0; i < width; i++)
            {
                next[row * width + i] = i < padding[row] ? options.PaddingToken : prompts[row][i - padding[row]];
            }
        }
        int columns = width;
        for (int step = 0; step < most && Array.Exists(isDone, done => !done); step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] chosen = Forward(model, cache, next, columns, logits => Choose(logits, options, step, isDone));
            next = new long[prompts.Count];
            columns = 1;
            for (int row = 0; row < prompts.Count; row++)
            {
                next[row] = isDone[row] ? options.PaddingToken : chosen[row];
                if (isDone[row])
                {
                    continue;
                }
                isDone[row] = chosen[row] == options.EndToken;
                if (!isDone[row])
                {
                    answers[row].Add(chosen[row]);
                }
            }
        }
        return [.. answers.Select(answer => answer.ToArray())];
    }

    private delegate int[] Chooser(ReadOnlySpan<float> logits);

    private static int[] Forward(LlamaDecoder model, DecodingCache cache, long[] tokens, int columns, Chooser choose)
    {
        using DisposeScope scope = NewDisposeScope();
        cache.Begin(columns);
        Tensor hidden = model.HiddenStates(tensor(tokens, [tokens.Length / columns, columns]), cache);
        cache.End();
        Tensor logits = model.Logits(hidden.narrow(1, columns - 1, 1)).contiguous();
        return choose(MemoryMarshal.Cast<byte, float>(logits.bytes));
    }

    private static int[] Choose(ReadOnlySpan<float> logits, BatchGenerationOptions options, int step, bool[] isDone)
    {
        int rows = isDone.Length;
        int size = logits.Length / rows;
        int[] chosen = new int[rows];
        float[] probabilities = new float[size];
        for (int row = 0; row < rows; row++)
        {
            if (isDone[row])
            {
                continue;
            }
            ReadOnlySpan<float> own = logits.Slice(row * size, size);
            if (options.Temperature == 0)
            {
                chosen[row] = TensorPrimitives.IndexOfMax(own);
                continue;
            }
            TensorPrimitives.Divide(own, (float)options.Temperature, probabilities);
            TensorPrimitives.SoftMax(probabilities, probabilities);
            double left = options.Uniforms!.Next("token", 0, row, step);
            int token = 0;
            while (token < size - 1 && left >= probabilities[token])
            {
                left -= probabilities[token++];
            }
            chosen[row] = token;
        }
        return chosen;
    }
}
