namespace Winnow.Decoding;

/// <summary>What a chain remembers of one row: its tokens and the states of its stages. Copied with the row; holds no random numbers.</summary>
public sealed class SamplerRow
{
    private readonly IStageState?[] _states;
    private int[] _tokens;
    private int _length;

    internal SamplerRow(IStageState?[] states, ReadOnlySpan<int> prompt)
    {
        _states = states;
        _tokens = new int[prompt.Length + 64];
        prompt.CopyTo(_tokens);
        _length = prompt.Length;
        PromptLength = prompt.Length;
    }

    private SamplerRow(SamplerRow other)
    {
        _states = Array.ConvertAll(other._states, state => state?.Clone());
        _tokens = (int[])other._tokens.Clone();
        _length = other._length;
        PromptLength = other.PromptLength;
    }

    /// <summary>Prompt and what was generated.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _length);

    /// <summary>Tokens of the prompt.</summary>
    public int PromptLength { get; }

    /// <summary>Appends a token that the row was given, drawn or forced, and tells the stages.</summary>
    public void Accept(int token)
    {
        if (_length == _tokens.Length)
        {
            Array.Resize(ref _tokens, 2 * _length);
        }
        _tokens[_length++] = token;
        foreach (IStageState? state in _states)
        {
            state?.Accept(token);
        }
    }

    /// <summary>An independent copy, for a copied row. The copies part, for uniform numbers depend on the slot.</summary>
    public SamplerRow Fork() => new(this);

    internal IStageState? State(int stage) => _states[stage];
}
