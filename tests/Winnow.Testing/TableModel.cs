using System.Buffers;
using System.Text;
using Winnow.Models;

namespace Winnow.Testing;

/// <summary>A white-box model whose logits are a function of the tokens so far: small enough that every sequence can be enumerated.</summary>
/// <param name="vocabularySize">V.</param>
/// <param name="logits">Logits after some tokens; shape [V].</param>
/// <param name="hidden">Hidden state after some tokens; nothing where not given.</param>
/// <param name="vocabulary">What the tokens mean; letters from a on where not given.</param>
public sealed class TableModel(
    int vocabularySize, Func<IReadOnlyList<int>, float[]> logits, Func<IReadOnlyList<int>, float[]>? hidden = null, IVocabulary? vocabulary = null) : ILanguageModel
{
    /// <inheritdoc/>
    public ModelInfo Info { get; } = new()
    {
        Name = "table", Architecture = "table", VocabularySize = vocabularySize, Width = hidden is null ? 1 : hidden([0]).Length, Layers = 1, ContextLength = 4096, Parameters = 0,
    };

    /// <inheritdoc/>
    public IVocabulary Vocabulary { get; } = vocabulary ?? new LetterVocabulary(vocabularySize);

    /// <summary>A first-order chain: what follows depends on the last generated token alone.</summary>
    /// <param name="start">Probabilities after a prompt of <paramref name="promptLength"/> tokens; shape [V].</param>
    /// <param name="transition">Probabilities after a token; shape [V − 1 or more][V].</param>
    /// <param name="promptLength">Tokens of the prompt.</param>
    public static TableModel Markov(double[] start, double[][] transition, int promptLength = 1) => new(start.Length, tokens =>
    {
        double[] p = tokens.Count <= promptLength ? start : tokens[^1] < transition.Length ? transition[tokens[^1]] : start;
        return Array.ConvertAll(p, x => (float)Math.Log(x));
    });

    /// <inheritdoc/>
    public void CopyOutputKey(int token, Span<float> key) => key[0] = token;

    /// <inheritdoc/>
    public ISession Open(SessionOptions options) => new Session(this, options);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Session(TableModel model, SessionOptions options) : ISession
    {
        private readonly Dictionary<int, List<int>> _branches = [];
        private List<List<int>> _rows = [];

        public int RowCount => _rows.Count;

        public int CachedTokens => _rows.Sum(r => r.Count);

        public long ForwardTokens { get; private set; }

        public int Length(int row) => _rows[row].Count;

        public int Add(ReadOnlySpan<int> prompt)
        {
            ArgumentOutOfRangeException.ThrowIfZero(prompt.Length);
            Room(_rows.Count + 1);
            _rows.Add([.. prompt]);
            ForwardTokens += prompt.Length;
            return _rows.Count - 1;
        }

        public void Forward(in TokenBatch batch, Read read)
        {
            int next = 0;
            for (int i = 0; i < batch.Rows.Length; i++)
            {
                for (int j = 0; j < batch.Counts[i]; j++)
                {
                    int token = batch.Tokens[next++];
                    ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)token, (uint)model.Info.VocabularySize);
                    _rows[batch.Rows[i]].Add(token);
                }
            }
            ForwardTokens += next;
        }

        public ReadOnlySpan<float> Logits(int row, int position) => model.LogitsAfter(_rows[row][..(position + 1)]);

        public ReadOnlySpan<float> LogProbs(int row) => throw new NotSupportedException("The table model does not keep log-probabilities.");

        public ReadOnlySpan<float> Hidden(int row, int position) => model.HiddenAfter(_rows[row][..(position + 1)]);

        public void Reorder(ReadOnlySpan<int> parents)
        {
            Room(parents.Length);
            _rows = [.. parents.ToArray().Select(p => _rows[p].ToList())];
        }

        public void Truncate(int row, int length) => _rows[row].RemoveRange(length, _rows[row].Count - length);

        public Branch Keep(int row, int length)
        {
            _branches.Add(_branches.Count, _rows[row][..length]);
            return new Branch(_branches.Count - 1, length);
        }

        public int Restore(Branch branch)
        {
            Room(_rows.Count + 1);
            _rows.Add([.. _branches[branch.Id]]);
            return _rows.Count - 1;
        }

        public void Release(Branch branch) => _branches.Remove(branch.Id);

        public void Dispose()
        {
        }

        private void Room(int rows)
        {
            if (rows > options.MaxRows)
            {
                throw new InvalidOperationException($"{rows} rows are wanted; the session was opened for {options.MaxRows}.");
            }
        }
    }

    private float[] LogitsAfter(List<int> tokens) => logits(tokens);

    private float[] HiddenAfter(List<int> tokens) => hidden is null ? [1f] : hidden(tokens);
}

/// <summary>Tokens a, b, c … and, where there is room, the last one as the end of sequence.</summary>
/// <param name="size">V.</param>
public sealed class LetterVocabulary(int size) : IVocabulary
{
    /// <inheritdoc/>
    public int Size => size;

    /// <inheritdoc/>
    public int? BeginOfSequence => null;

    /// <inheritdoc/>
    public int? EndOfSequence => size - 1;

    /// <inheritdoc/>
    public string? ChatTemplate => null;

    /// <inheritdoc/>
    public int[] Encode(string text, bool addSpecialTokens = false) => [.. text.Where(c => c >= 'a' && c < 'a' + size - 1).Select(c => c - 'a')];

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> text, IBufferWriter<int> tokens, bool addSpecialTokens = false) =>
        tokens.Write(Encode(text.ToString(), addSpecialTokens));

    /// <inheritdoc/>
    public string Name(int token) => IsSpecial(token) ? "<end>" : ((char)('a' + token)).ToString();

    /// <inheritdoc/>
    public bool TryFind(string name, out int token)
    {
        token = name == "<end>" ? size - 1 : name is [>= 'a' and var c] ? c - 'a' : -1;
        return token >= 0 && token < size;
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens = true)
    {
        StringBuilder text = new();
        foreach (int token in tokens)
        {
            if (!IsSpecial(token))
            {
                text.Append((char)('a' + token));
            }
        }
        return text.ToString();
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(int token) => IsSpecial(token) ? [] : new[] { (byte)('a' + token) };

    /// <inheritdoc/>
    public bool IsSpecial(int token) => token == size - 1;
}
