namespace Winnow.Inference.Sessions;

/// <summary>A token on its way through the decoder.</summary>
internal unsafe struct PassToken
{
    /// <summary>Token id.</summary>
    public int Token;

    /// <summary>Position in its row.</summary>
    public int Position;

    /// <summary>Its row.</summary>
    public RowState Row;

    /// <summary>Page for its keys and values.</summary>
    public int Page;

    /// <summary>Slot of the page; −1 where they are held already.</summary>
    public int Slot;

    /// <summary>Spans of the row, from the first on, that are also those of the token before this one in the pass, and that both see to their ends.</summary>
    public int SharedSpans;

    /// <summary>Where its hidden state goes, shape [width]; null where nobody needs it.</summary>
    public float* Hidden;
}
