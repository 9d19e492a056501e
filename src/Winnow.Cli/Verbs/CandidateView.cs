using System.Globalization;
using System.Text;
using Winnow.Decoding;
using Winnow.Decoding.Generation;
using Winnow.Models;
using Winnow.Rendering;

namespace Winnow.Cli.Verbs;

/// <summary>Shows for each token what every stage left to be drawn, for people.</summary>
internal sealed class CandidateView(IVocabulary vocabulary)
{
    /// <summary>A token on one line: its text with escapes, or its bytes where they are no text.</summary>
    public string TextOf(int token)
    {
        ReadOnlySpan<byte> bytes = vocabulary.Bytes(token);
        if (bytes.IsEmpty)
        {
            return SafeText.OneLine(vocabulary.Name(token));
        }
        StringBuilder text = new();
        while (!bytes.IsEmpty)
        {
            bool isText = Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) == System.Buffers.OperationStatus.Done;
            text.Append(!isText ? string.Concat(bytes[..used].ToArray().Select(b => $"\\x{b:x2}")) : rune.Value switch
            {
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                '"' => "\\\"",
                '\\' => "\\\\",
                _ => SafeText.Plain(rune.ToString()),
            });
            bytes = bytes[used..];
        }
        return $"\"{text}\"";
    }

    /// <summary>Writes what led to a token: a line for the model, then one for each stage.</summary>
    public void Write(TextWriter output, GeneratedToken drawn, int position)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{position}. {TextOf(drawn.Token)}  p = {Math.Exp(drawn.LogProb):0.0000} of the model, {Math.Exp(drawn.ChainLogProb):0.0000} after the sampler"));
        int width = drawn.Stages!.Max(stage => stage.Stage.Length);
        foreach (StageReport stage in drawn.Stages!)
        {
            string top = string.Join("  ", stage.Top.Select(c => string.Create(CultureInfo.InvariantCulture, $"{TextOf(c.Token)} {c.Probability:0.0000}")));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"   {stage.Stage.PadRight(width)}  {stage.Kept,7:#,0} kept, {stage.Entropy,5:0.00} nats   {top}"));
        }
    }
}
