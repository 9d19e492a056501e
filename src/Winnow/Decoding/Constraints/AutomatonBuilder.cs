using System.Collections.Immutable;

namespace Winnow.Decoding.Constraints;

/// <summary>Turns rules into an automaton and refuses what it cannot run: undefined rules, left recursion, rules without end.</summary>
internal sealed class AutomatonBuilder
{
    private const int MostNodes = 2_000_000;
    private const int MostCopies = 4096;

    private readonly IReadOnlyDictionary<string, Expression> _rules;
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, int> _starts = new(StringComparer.Ordinal);
    private readonly Queue<(int Start, Expression Body)> _unbuilt = new();

    private AutomatonBuilder(IReadOnlyDictionary<string, Expression> rules) => _rules = rules;

    /// <summary>Builds the automaton of a rule.</summary>
    /// <exception cref="FormatException">A rule is not defined, calls itself before it reads anything, or the whole is too large.</exception>
    public static Automaton Build(IReadOnlyDictionary<string, Expression> rules, string root)
    {
        AutomatonBuilder builder = new(rules);
        int start = builder.RuleStart(root);
        while (builder._unbuilt.TryDequeue(out var rule))
        {
            int end = builder.Add(new Node(NodeKind.End));
            builder._nodes[rule.Start].Targets!.Add(builder.Compile(rule.Body, end));
        }
        builder.RefuseLeftRecursion();
        builder.RemoveDeadEnds(start, root);
        return new Automaton(builder._nodes, start);
    }

    private int RuleStart(string name)
    {
        if (!_starts.TryGetValue(name, out int start))
        {
            if (!_rules.TryGetValue(name, out Expression? body))
            {
                throw new FormatException($"The rule \"{name}\" is not defined. Defined are: {string.Join(", ", _rules.Keys.Order(StringComparer.Ordinal).Take(20))}.");
            }
            _starts[name] = start = Declare(body);
        }
        return start;
    }

    private int Declare(Expression body)
    {
        int start = Add(new Node(NodeKind.Split, Targets: []));
        _unbuilt.Enqueue((start, body));
        return start;
    }

    private int Compile(Expression expression, int next)
    {
        switch (expression)
        {
            case CharacterClass { Set: var set }:
                return CompileClass(set, next);
            case Sequence { Parts: var parts }:
                for (int i = parts.Length - 1; i >= 0; i--)
                {
                    next = Compile(parts[i], next);
                }
                return next;
            case Alternatives { Options: var options }:
                return Split(options.Select(option => Compile(option, next)));
            case RuleReference { Name: var name }:
                return Add(new Node(NodeKind.Call, Next: next, Target: RuleStart(name)));
            case Repetition repetition:
                return CompileRepetition(repetition, next);
            default:
                throw new InvalidOperationException($"{expression.GetType().Name} is not an expression that can be compiled.");
        }
    }

    private int CompileClass(CodePoints set, int next)
    {
        List<int> starts = [];
        foreach ((int first, int last) in set.Ranges)
        {
            foreach (var bytes in Utf8Ranges.Split(first, last))
            {
                int node = next;
                for (int i = bytes.Length - 1; i >= 0; i--)
                {
                    node = Add(new Node(NodeKind.Bytes, bytes[i].First, bytes[i].Last, node));
                }
                starts.Add(node);
            }
        }
        return starts is [var only] ? only : Split(starts);
    }

    private int CompileRepetition(Repetition repetition, int next)
    {
        (Expression body, int least, int? most) = repetition;
        if (least > MostCopies || most > MostCopies)
        {
            throw new FormatException($"A repetition of {Math.Max(least, most ?? 0)} times is too long; at most {MostCopies} can be counted. Leave the upper bound out.");
        }
        if (most == 0)
        {
            return next;
        }
        if (most is null)
        {
            int loop = Add(new Node(NodeKind.Split, Targets: []));
            _nodes[loop].Targets!.AddRange([Compile(body, loop), next]);
            return Copies(body, least, loop, skip: -1);
        }
        if (most == 1)
        {
            int once = Compile(body, next);
            return least == 1 ? once : Split([once, next]);
        }
        int optional = Copies(body, most.Value - least, next, skip: next);
        return Copies(body, least, optional, skip: -1);
    }

    // A body that is more than a character is built once and called, so that nested counts add up instead of multiplying.
    private int Copies(Expression body, int count, int next, int skip)
    {
        int called = count > 1 && body is not CharacterClass and not RuleReference ? Declare(body) : -1;
        for (int i = 0; i < count; i++)
        {
            int turn = called >= 0
                ? Add(new Node(NodeKind.Call, Next: next, Target: called, IsIteration: skip >= 0))
                : Compile(body, next);
            next = skip >= 0 ? Split([turn, skip]) : turn;
        }
        return next;
    }

    private int Split(IEnumerable<int> targets) => Add(new Node(NodeKind.Split, Targets: [.. targets]));

    private int Add(Node node)
    {
        if (_nodes.Count >= MostNodes)
        {
            throw new FormatException($"The grammar needs more than {MostNodes} nodes. Make its repetitions shorter.");
        }
        _nodes.Add(node);
        return _nodes.Count - 1;
    }

    private void RefuseLeftRecursion()
    {
        HashSet<int> nullable = Nullable();
        Dictionary<int, ImmutableArray<int>> firstCalls = [];
        foreach (int start in _nodes.Where(n => n.Kind == NodeKind.Call).Select(n => n.Target).Concat(_starts.Values).Distinct().ToArray())
        {
            firstCalls[start] = FirstCalls(start, nullable);
        }
        Dictionary<int, bool> isOpen = [];
        foreach (int start in firstCalls.Keys)
        {
            Visit(start);
        }

        void Visit(int start)
        {
            if (isOpen.TryGetValue(start, out bool open))
            {
                if (open)
                {
                    string name = _starts.FirstOrDefault(s => s.Value == start).Key ?? "a repetition";
                    throw new FormatException($"The rule \"{name}\" is left-recursive: it can call itself before it reads anything. Write the repetition with * or +, or put the recursion at the end.");
                }
                return;
            }
            isOpen[start] = true;
            foreach (int called in firstCalls[start])
            {
                Visit(called);
            }
            isOpen[start] = false;
        }
    }

    // Nodes from which the end of their rule is reached without reading anything.
    private HashSet<int> Nullable() => Closure((node, known) => node.Kind switch
    {
        NodeKind.End => true,
        NodeKind.Split => node.Targets!.Exists(known.Contains),
        NodeKind.Call => known.Contains(node.Target) && known.Contains(node.Next),
        _ => false,
    });

    // What can never come to its end, such as a rule that always calls itself, must not be entered: a text that began so
    // could not be completed.
    private void RemoveDeadEnds(int start, string root)
    {
        HashSet<int> productive = Closure((node, known) => node.Kind switch
        {
            NodeKind.End => true,
            NodeKind.Split => node.Targets!.Exists(known.Contains),
            NodeKind.Call => known.Contains(node.Target) && known.Contains(node.Next),
            _ => known.Contains(node.Next),
        });
        if (!productive.Contains(start))
        {
            throw new FormatException($"No text matches the rule \"{root}\": it never comes to an end.");
        }
        foreach (Node node in _nodes)
        {
            node.Targets?.RemoveAll(target => !productive.Contains(target));
        }
    }

    private HashSet<int> Closure(Func<Node, HashSet<int>, bool> isIn)
    {
        HashSet<int> known = [];
        for (bool isGrowing = true; isGrowing;)
        {
            isGrowing = false;
            for (int i = 0; i < _nodes.Count; i++)
            {
                isGrowing |= !known.Contains(i) && isIn(_nodes[i], known) && known.Add(i);
            }
        }
        return known;
    }

    private ImmutableArray<int> FirstCalls(int start, HashSet<int> nullable)
    {
        HashSet<int> seen = [], calls = [];
        Stack<int> open = new([start]);
        while (open.TryPop(out int i))
        {
            if (!seen.Add(i))
            {
                continue;
            }
            Node node = _nodes[i];
            if (node.Kind == NodeKind.Split)
            {
                node.Targets!.ForEach(open.Push);
            }
            else if (node.Kind == NodeKind.Call)
            {
                calls.Add(node.Target);
                if (nullable.Contains(node.Target))
                {
                    open.Push(node.Next);
                }
            }
        }
        return [.. calls];
    }
}
