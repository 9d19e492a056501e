using System.Runtime.InteropServices;

namespace Winnow.Decoding.Constraints;

/// <summary>
/// Runs a pushdown automaton on all readings of a text at once. Stacks are shared lists, sets of readings are interned, so
/// that a regular language becomes a deterministic automaton that is built as it is walked, and a recursive one reuses
/// what it has met. Used by one thread at a time.
/// </summary>
internal sealed class GrammarMachine
{
    private const int MostReadings = 20_000;
    private const int DefaultMostStates = 50_000;
    private const int NoStack = -1;

    private readonly Automaton _automaton;
    private readonly int _mostStates;
    private readonly List<(int Node, int Parent, bool IsIteration)> _stacks = [];
    private readonly Dictionary<(int, int, bool), int> _stackIds = [];
    private readonly List<(int Node, int Stack)> _configurations = [];
    private readonly Dictionary<(int, int), int> _configurationIds = [];
    private readonly Dictionary<StateKey, GrammarState> _states = [];
    private readonly HashSet<(int, int, int)> _visited = [];
    private readonly Stack<(int Node, int Stack, int Fresh)> _open = new();
    private readonly SortedSet<int> _reached = [];
    private bool _isAccepting;

    /// <summary>Starts at the beginning of the language.</summary>
    /// <param name="automaton">The automaton.</param>
    /// <param name="mostStates">States remembered; beyond them all are forgotten, which costs time and changes nothing.</param>
    public GrammarMachine(Automaton automaton, int mostStates = DefaultMostStates)
    {
        _automaton = automaton;
        _mostStates = mostStates;
        Begin();
        _open.Push((automaton.Start, NoStack, 0));
        Start = Close();
    }

    /// <summary>The state before any byte.</summary>
    public GrammarState Start { get; }

    /// <summary>States met so far.</summary>
    public int StateCount => _states.Count;

    /// <summary>The state after one more byte.</summary>
    public GrammarState Next(GrammarState state, byte value)
    {
        if (state.Transitions?[value] is { } known)
        {
            return known;
        }
        if (_states.Count >= _mostStates)
        {
            Forget();
        }
        Begin();
        foreach (int id in state.Configurations)
        {
            (int node, int stack) = _configurations[id];
            Node reader = _automaton.Nodes[node];
            if (reader.First <= value && value <= reader.Last)
            {
                _open.Push((reader.Next, stack, 0));
            }
        }
        state.Transitions ??= new GrammarState?[256];
        return state.Transitions[value] = Close();
    }

    // What rows still stand in stays alive with them; the rest is found again when it is needed.
    private void Forget()
    {
        foreach (GrammarState state in _states.Values)
        {
            state.Transitions = null;
            state.Mask = null;
        }
        _states.Clear();
    }

    private void Begin()
    {
        _visited.Clear();
        _open.Clear();
        _reached.Clear();
        _isAccepting = false;
    }

    private GrammarState Close()
    {
        while (_open.TryPop(out var at))
        {
            if (!_visited.Add((at.Node, at.Stack, at.Fresh)))
            {
                continue;
            }
            if (_visited.Count > MostReadings)
            {
                throw new WinnowException($"The grammar can read this text in more than {MostReadings} ways at once. Make nested optional repetitions unambiguous.");
            }
            Step(at.Node, at.Stack, at.Fresh);
        }
        StateKey key = new([.. _reached], _isAccepting);
        if (!_states.TryGetValue(key, out GrammarState? state))
        {
            _states[key] = state = new GrammarState(key.Configurations, _isAccepting);
        }
        return state;
    }

    // "Fresh" counts the calls on top of the stack that have read nothing yet: a turn of a bounded loop that ends so is
    // dropped, for the loop could have been left instead, and nested loops would otherwise multiply.
    private void Step(int index, int stack, int fresh)
    {
        Node node = _automaton.Nodes[index];
        switch (node.Kind)
        {
            case NodeKind.Split:
                foreach (int target in CollectionsMarshal.AsSpan(node.Targets))
                {
                    _open.Push((target, stack, fresh));
                }
                break;
            case NodeKind.Bytes:
                _reached.Add(ConfigurationOf(index, stack));
                break;
            case NodeKind.Call when !node.IsIteration && _automaton.IsTail(node.Next):
                _open.Push((node.Target, stack, fresh));
                break;
            case NodeKind.Call:
                _open.Push((node.Target, StackOf(node.Next, stack, node.IsIteration), fresh + 1));
                break;
            default:
                if (stack == NoStack)
                {
                    _isAccepting = true;
                }
                else if (fresh == 0 || !_stacks[stack].IsIteration)
                {
                    _open.Push((_stacks[stack].Node, _stacks[stack].Parent, Math.Max(0, fresh - 1)));
                }
                break;
        }
    }

    private int StackOf(int node, int parent, bool isIteration)
    {
        ref int id = ref CollectionsMarshal.GetValueRefOrAddDefault(_stackIds, (node, parent, isIteration), out bool exists);
        if (!exists)
        {
            id = _stacks.Count;
            _stacks.Add((node, parent, isIteration));
        }
        return id;
    }

    private int ConfigurationOf(int node, int stack)
    {
        ref int id = ref CollectionsMarshal.GetValueRefOrAddDefault(_configurationIds, (node, stack), out bool exists);
        if (!exists)
        {
            id = _configurations.Count;
            _configurations.Add((node, stack));
        }
        return id;
    }

    private readonly struct StateKey(int[] configurations, bool isAccepting) : IEquatable<StateKey>
    {
        private readonly bool _isAccepting = isAccepting;

        public int[] Configurations { get; } = configurations;

        public bool Equals(StateKey other) => _isAccepting == other._isAccepting && Configurations.AsSpan().SequenceEqual(other.Configurations);

        public override bool Equals(object? obj) => obj is StateKey other && Equals(other);

        public override int GetHashCode()
        {
            HashCode hash = default;
            hash.AddBytes(MemoryMarshal.AsBytes(Configurations.AsSpan()));
            hash.Add(_isAccepting);
            return hash.ToHashCode();
        }
    }
}
