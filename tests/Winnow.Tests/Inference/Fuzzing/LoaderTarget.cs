using System.Text.Json;
using System.Text.Json.Nodes;
using Winnow.Inference;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Conversion;
using Winnow.Inference.Decoders;
using Winnow.Inference.Templates;
using Winnow.Inference.Tokenizers;
using Winnow.Models;
using Winnow.Testing.Models;
using Winnow.Tests.Cli;

namespace Winnow.Tests.Inference.Fuzzing;

/// <summary>A loader, files that it reads, and how they are given to it.</summary>
internal sealed class LoaderTarget : IDisposable
{
    private static readonly string[] Templates =
    [
        """
        {{- bos_token }}
        {%- set ns = namespace(calls=0) %}
        {%- for m in messages if m.role != 'tool' %}
            {%- if m.tool_calls is defined and m.tool_calls %}
                {%- set ns.calls = ns.calls + m.tool_calls | length %}
                {{- '<|' ~ m.role ~ '|>' + (m.tool_calls[0].function | tojson(indent=2)) + '\n' }}
            {%- else %}
                {{- '<|' + m.role | upper + '|>' + m.content.strip()[:20] + ('!' * loop.index) }}
            {%- endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}
        """,
        """
        {% macro line(text, mark='-') %}{{ mark }} {{ text | trim | replace('\n', ' ') }}{% endmacro %}
        {% for role in messages | map(attribute='role') | unique | sort %}{{ line(role, mark='*') }}{{ ', ' if not loop.last }}
        {% else %}none{% endfor %}
        {% set parts = messages[0].content.split(' ') %}{{ parts[-1] }} {{ range(3) | list | join('/') }} {{ 7 // 2 - 2 ** 3 % 5 }}
        """,
    ];

    // Memory where the system has a folder in it: a million files would wear a disk for nothing.
    private static readonly string Base = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private static int s_targets;

    private readonly string _work = Path.Combine(Base, $"winnow-fuzz-{Environment.ProcessId}-{Interlocked.Increment(ref s_targets)}");
    private readonly TinyModelFolder _model = new(Shape(width: 32, inner: 64));
    private readonly string _file;
    private readonly Action<string> _load;

    private LoaderTarget(string name, string fileName, Action<string> load)
    {
        Directory.CreateDirectory(_work);
        Name = name;
        _file = Path.Combine(_work, fileName);
        _load = load;
    }

    /// <summary>Names of all loaders.</summary>
    public static IReadOnlyList<string> Names { get; } = ["safetensors", "gguf", "tokenizer.json", "config.json", "chat_template.jinja"];

    public string Name { get; }

    /// <summary>Files that the loader reads without complaint.</summary>
    public List<byte[]> Seeds { get; } = [];

    public static LoaderTarget Create(string name)
    {
        LoaderTarget target = name switch
        {
            "safetensors" => new LoaderTarget(name, "model.safetensors", LoadSafetensors),
            "gguf" => new LoaderTarget(name, "model.gguf", LoadGguf),
            "tokenizer.json" => new LoaderTarget(name, "tokenizer.json", LoadTokenizer),
            "chat_template.jinja" => new LoaderTarget(name, "chat_template.jinja", LoadTemplate),
            _ => new LoaderTarget(name, "config.json", LoadFolder),
        };
        target.Fill();
        return target;
    }

    /// <summary>Loads bytes as a file.</summary>
    public void Load(byte[] bytes)
    {
        File.WriteAllBytes(_file, bytes);
        _load(_file);
    }

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_work, recursive: true);
    }

    private void Fill()
    {
        if (Name == "gguf")
        {
            string file = Path.Combine(_work, "seed.gguf");
            foreach (TensorType type in GgufConversion.Types)
            {
                GgufConversion.Convert(_model.Path, file, type);
                Seeds.Add(File.ReadAllBytes(file));
            }
            WriteKQuants(file);
            Seeds.Add(File.ReadAllBytes(file));
            return;
        }
        if (Name == "chat_template.jinja")
        {
            Seeds.AddRange(Templates.Select(System.Text.Encoding.UTF8.GetBytes));
            return;
        }
        Seeds.Add(File.ReadAllBytes(Path.Combine(_model.Path, Path.GetFileName(_file))));
        if (Name == "safetensors")
        {
            using SafetensorsFile whole = SafetensorsFile.Open(_model.Weights);
            foreach (TensorType type in new[] { TensorType.F16, TensorType.BF16 })
            {
                string file = Path.Combine(_work, "seed.safetensors");
                SafetensorsWriter.Write(file, whole.Tensors.Values, whole.ReadFloats, type);
                Seeds.Add(File.ReadAllBytes(file));
            }
        }
        if (Name == "tokenizer.json")
        {
            object[] others = [TokenizerDefinitions.Unigram, TokenizerDefinitions.WordPieces, TokenizerDefinitions.Characters];
            Seeds.AddRange(others.Select(definition => JsonSerializer.SerializeToUtf8Bytes(definition)));
        }
        if (Name == "config.json")
        {
            foreach (string other in new[] { "model.safetensors", "tokenizer.json", "tokenizer_config.json" })
            {
                File.Copy(Path.Combine(_model.Path, other), Path.Combine(_work, other));
            }
        }
    }

    private static DecoderSettings Shape(int width, int inner) =>
        RandomDecoder.Settings(width: width, inner: inner, layers: 1, heads: 2, keyValueHeads: 1, headWidth: 16, vocabulary: 257, context: 192);

    /// <summary>A file whose matrices are stored as k-quants, all of them zeros, which every type of block can say.</summary>
    private void WriteKQuants(string file)
    {
        DecoderSettings settings = Shape(width: 256, inner: 32);
        GgufMetadataBuilder metadata = GgufModelKeys.Create(settings, "k-quants", TensorType.Q4_K);
        GgufTokenizerKeys.Add(metadata, _model.Path, settings.VocabularySize);
        StoredTensor[] tensors =
        [
            new("token_embd.weight", TensorType.Q4_K, [257, 256]), new("output_norm.weight", TensorType.F32, [256]),
            new("blk.0.attn_norm.weight", TensorType.F32, [256]), new("blk.0.ffn_norm.weight", TensorType.F32, [256]),
            new("blk.0.attn_q.weight", TensorType.Q2_K, [32, 256]), new("blk.0.attn_k.weight", TensorType.Q3_K, [16, 256]),
            new("blk.0.attn_v.weight", TensorType.Q6_K, [16, 256]), new("blk.0.attn_output.weight", TensorType.Q5_1, [256, 32]),
            new("blk.0.ffn_gate.weight", TensorType.Q5_K, [32, 256]), new("blk.0.ffn_up.weight", TensorType.BF16, [32, 256]),
            new("blk.0.ffn_down.weight", TensorType.Q4_1, [256, 32]),
        ];
        GgufWriter.Write(file, metadata, tensors, (_, bytes) => bytes.Clear());
    }

    private static void LoadSafetensors(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        foreach (StoredTensor tensor in file.Tensors.Values.Where(t => t.Type is TensorType.F32 or TensorType.F16 or TensorType.BF16))
        {
            file.ReadFloats(tensor.Name, new float[tensor.Count]);
        }
    }

    private static void LoadGguf(string path)
    {
        _ = ModelFileInfo.Read(path);
        using DecoderModel model = DecoderModel.LoadGguf(path, storage: WeightStorage.AsStored);
        Step(model);
    }

    private static void LoadFolder(string path)
    {
        using DecoderModel model = DecoderModel.Load(Path.GetDirectoryName(path)!);
        Step(model);
    }

    private static void LoadTokenizer(string path) => ModelTokenizer.Load(path).Encode("12 acorns, and élan — twice: 家", addSpecialTokens: true);

    private static void LoadTemplate(string path) => ChatTemplate.Parse(File.ReadAllText(path)).Render(new ChatTemplateInput
    {
        Messages = JsonNode.Parse("""[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi 😀"},{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"a":[1,2.5,null]}}}]}]""")!.AsArray(),
        BeginOfSequence = "<s>",
    });

    private static void Step(DecoderModel model)
    {
        using ISession session = model.Open(new SessionOptions { Threads = 1, MaxRows = 1, MaxCachedTokens = 16 });
        session.Add([0]);
    }
}
