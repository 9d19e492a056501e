namespace Winnow.Tasks.Families;

/// <summary>Every word that the families use, in one place: the tokenizer learns each of them as one token.</summary>
public static class ClosedVocabulary
{
    /// <summary>People.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["Ann", "Bob", "Cid", "Dora", "Eva", "Finn", "Hana", "Ivan", "Kim", "Leo", "Mia", "Noah", "Omar", "Pia", "Rosa", "Sam", "Tom", "Vera"];

    /// <summary>Things that are counted, by what they are.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Categories { get; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
        {
            ["animals"] = ["cats", "cows", "dogs", "ducks", "foxes", "goats", "hens", "pigs"],
            ["fruits"] = ["apples", "figs", "grapes", "lemons", "limes", "melons", "pears", "plums"],
            ["vegetables"] = ["beans", "beets", "carrots", "leeks", "onions", "peas", "turnips", "yams"],
            ["instruments"] = ["banjos", "drums", "flutes", "guitars", "harps", "horns", "pianos", "violins"],
            ["tools"] = ["axes", "drills", "files", "hammers", "rakes", "saws", "shovels", "chisels"],
        };

    /// <summary>Things that people own, buy and lose.</summary>
    public static IReadOnlyList<string> Belongings { get; } =
        ["apples", "books", "cards", "coins", "cups", "figs", "hats", "lemons", "marbles", "melons", "pears", "pens", "plums", "shells", "stamps"];

    /// <summary>Verbs after which one has more.</summary>
    public static IReadOnlyList<string> Gains { get; } = ["buys", "finds", "gets", "wins"];

    /// <summary>Verbs after which one has less.</summary>
    public static IReadOnlyList<string> Losses { get; } = ["drops", "gives", "loses", "sells"];

    /// <summary>Words to sort.</summary>
    public static IReadOnlyList<string> SortWords { get; } =
    [
        "acorn", "amber", "anchor", "apron", "arrow", "badge", "basket", "beacon", "bridge", "button", "cabin", "candle", "castle", "copper",
        "delta", "desert", "dragon", "eagle", "ember", "engine", "falcon", "forest", "garden", "ginger", "globe", "harbor", "honey", "island",
        "ivory", "jacket", "jungle", "kettle", "kitten", "ladder", "lizard", "magnet", "meadow", "mirror", "needle", "ocean", "olive", "parrot",
        "pebble", "pillow", "quartz", "rabbit", "ribbon", "rocket", "saddle", "salmon", "silver", "spider", "temple", "tiger", "tunnel",
        "umbrella", "valley", "velvet", "walnut", "window", "yellow", "zebra",
    ];

    /// <summary>Functions of lists that give a list.</summary>
    public static IReadOnlyList<string> ListFunctions { get; } = ["double", "drop", "evens", "increase", "odds", "reverse", "sort", "sums", "take"];

    /// <summary>Functions of lists that give a number.</summary>
    public static IReadOnlyList<string> ListReductions { get; } = ["count", "first", "last", "max", "min", "sum"];

    /// <summary>Directions of the compass, clockwise.</summary>
    public static IReadOnlyList<string> Compass { get; } = ["north", "east", "south", "west"];

    /// <summary>Directions of a step or turn.</summary>
    public static IReadOnlyList<string> Directions { get; } = ["forward", "backward", "left", "right", "around"];

    /// <summary>Every word, each once, in a fixed order.</summary>
    public static IReadOnlyList<string> AllWords { get; } =
    [
        .. new[]
        {
            Names, Categories.Keys, Categories.Values.SelectMany(nouns => nouns), Belongings, Gains, Losses, SortWords, ListFunctions,
            ListReductions, Compass, Directions,
            [
                "Q", "A", "Are", "Compute", "Earliest", "Evaluate", "False", "Find", "How", "I", "Larger", "No", "Repeat", "Smaller", "Sort", "Start",
                "Take", "Then", "True", "Turn", "Yes", "and", "at", "back", "do", "does", "has", "have", "is", "many", "more", "no", "not",
                "now", "of", "old", "or", "start", "steps", "the", "then", "turn", "years", "yes", "you",
            ],
        }.SelectMany(words => words).Distinct(StringComparer.Ordinal),
    ];
}
