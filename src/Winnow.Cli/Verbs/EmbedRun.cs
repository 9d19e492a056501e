using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Inference.Embeddings;
using Winnow.Rendering;

namespace Winnow.Cli.Verbs;

/// <summary>Reads texts in batches, embeds them, and writes them behind each other. Memory does not grow with the file.</summary>
internal static class EmbedRun
{
    private static readonly TimeSpan ShowEvery = TimeSpan.FromSeconds(5);

    public static EmbedDocument Run(EmbedRequest request, Shell shell, CancellationToken cancellationToken)
    {
        bool isNpy = request.IsNpy;
        if (request.IsResumed && request.File == TextFile.StandardInput)
        {
            throw new RequestException("Standard input cannot be read again; --resume needs a file.");
        }
        using TextEmbedder embedder = RequestException.Reading(() => TextEmbedder.Load(request.Model, request.Options));
        bool isContinued = IsContinued(request, embedder);
        long start = shell.Time.GetTimestamp();
        long resumed;
        long rows;
        long tokens = 0;
        bool isComplete;
        using (VectorOutput output = RequestException.Reading(() => VectorOutput.Open(request.PartFile, isNpy, embedder.Width, isContinued)))
        {
            RequestException.Reading(() =>
            {
                File.WriteAllText(request.NoteFile, request.Note(embedder));
                return true;
            });
            resumed = output.Rows;
            isComplete = Embed(request, embedder, output, shell, ref tokens, cancellationToken);
            rows = output.Rows;
        }
        if (isComplete)
        {
            File.Move(request.PartFile, request.Output, overwrite: true);
            File.Delete(request.NoteFile);
        }
        else if (!request.IsQuiet)
        {
            shell.Error.WriteLine($"Stopped after {rows:N0} texts. The same command with --resume goes on.");
        }
        return new EmbedDocument
        {
            File = request.File,
            Model = embedder.Name,
            Output = isComplete ? request.Output : request.PartFile,
            Format = isNpy ? "npy" : "jsonl",
            Rows = rows,
            Width = embedder.Width,
            Pooling = EmbedVerb.NameOf(embedder.Pooling),
            IsNormalized = embedder.Normalizes,
            MaxTokens = embedder.MaxTokens,
            ResumedRows = resumed,
            Tokens = tokens,
            WallSeconds = shell.Time.GetElapsedTime(start).TotalSeconds,
            IsComplete = isComplete,
        };
    }

    private static bool IsContinued(EmbedRequest request, TextEmbedder embedder)
    {
        if (!request.IsResumed || !File.Exists(request.PartFile) || !File.Exists(request.NoteFile))
        {
            return false;
        }
        string left = RequestException.Reading(() => File.ReadAllText(request.NoteFile));
        return left == request.Note(embedder)
            ? true
            : throw new RequestException($"{request.PartFile} was made from another file, by another model or with other options. Leave --resume out to begin anew, or give the options of that run.");
    }

    private static bool Embed(EmbedRequest request, TextEmbedder embedder, VectorOutput output, Shell shell, ref long tokens, CancellationToken cancellationToken)
    {
        var texts = new List<string>(request.BatchTexts);
        var vectors = new float[checked(request.BatchTexts * embedder.Width)];
        var progress = new Progress(request, shell, output.Rows);
        try
        {
            foreach (string text in TextLines.Stream(request.File, shell).Skip(checked((int)output.Rows)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                texts.Add(text);
                if (texts.Count == request.BatchTexts)
                {
                    tokens += Embed(embedder, texts, vectors, output, cancellationToken);
                    progress.Show(output.Rows);
                }
            }
            tokens += Embed(embedder, texts, vectors, output, cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static long Embed(TextEmbedder embedder, List<string> texts, float[] vectors, VectorOutput output, CancellationToken cancellationToken)
    {
        if (texts.Count == 0)
        {
            return 0;
        }
        Memory<float> written = vectors.AsMemory(0, texts.Count * embedder.Width);
        long first = output.Rows + 1;
        try
        {
            long tokens = embedder.Embed(texts, written, cancellationToken);
            output.Append(written.Span);
            output.Flush();
            texts.Clear();
            return tokens;
        }
        catch (ArgumentException error)
        {
            throw new RequestException($"Among texts {first:N0} to {first + texts.Count - 1:N0}: {ErrorText.Of(error)}", error);
        }
    }

    private sealed class Progress(EmbedRequest request, Shell shell, long from)
    {
        private readonly long _start = shell.Time.GetTimestamp();
        private long _shown = shell.Time.GetTimestamp();

        public void Show(long rows)
        {
            if (!request.IsQuiet && shell.Time.GetElapsedTime(_shown) >= ShowEvery)
            {
                _shown = shell.Time.GetTimestamp();
                shell.Error.WriteLine($"{rows:N0} texts, {(rows - from) / shell.Time.GetElapsedTime(_start).TotalSeconds:N0} a second");
            }
        }
    }
}
