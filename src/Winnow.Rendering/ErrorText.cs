namespace Winnow.Rendering;

/// <summary>What a person reads when something went wrong: one message, a next step, no stack trace.</summary>
public static class ErrorText
{
    /// <summary>The message of an exception, without the runtime's additions.</summary>
    /// <param name="error">What went wrong. Wrappers with one cause are looked through.</param>
    public static string Of(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        error = Cause(error);
        string message = error switch
        {
            OperationCanceledException => "Stopped. Everything that was finished is kept.",
            OutOfMemoryException => "Memory ran out. Ask for fewer samples at once, or a smaller model.",
            ArgumentException argument => WithoutParameter(argument),
            _ => error.Message,
        };
        return message.Trim();
    }

    /// <summary>The exit code that fits an exception: a wrong argument is the caller's, everything else is the world's.</summary>
    /// <param name="error">What went wrong. Wrappers with one cause are looked through.</param>
    public static int ExitCodeOf(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Cause(error) switch
        {
            OperationCanceledException => ExitCodes.Stopped,
            ArgumentException => ExitCodes.WrongRequest,
            _ => ExitCodes.Failed,
        };
    }

    /// <summary>The message for a name that is not known, with the nearest known one.</summary>
    /// <param name="kind">What was looked for, for example <c>task</c>.</param>
    /// <param name="name">The name that was asked for.</param>
    /// <param name="known">The names there are.</param>
    /// <param name="listing">The command that lists them, for example <c>winnow tasks</c>.</param>
    public static string UnknownName(string kind, string name, IReadOnlyCollection<string> known, string listing)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        string? nearest = Nearest(name, known);
        string guess = nearest is null ? "" : $" Did you mean \"{nearest}\"?";
        return $"There is no {kind} \"{name}\".{guess} `{listing}` lists them.";
    }

    /// <summary>The known name with the fewest edits to a given one; null where none is near.</summary>
    /// <param name="name">What was typed.</param>
    /// <param name="known">The names there are.</param>
    public static string? Nearest(string name, IReadOnlyCollection<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        string? best = null;
        int fewest = Math.Max(2, name.Length / 3) + 1;
        foreach (string candidate in known)
        {
            int edits = Edits(name, candidate);
            if (edits < fewest)
            {
                (best, fewest) = (candidate, edits);
            }
        }

        return best;
    }

    private static Exception Cause(Exception error)
    {
        while (error is AggregateException { InnerExceptions.Count: 1 } or System.Reflection.TargetInvocationException { InnerException: not null })
        {
            error = error.InnerException!;
        }
        return error;
    }

    private static string WithoutParameter(ArgumentException error)
    {
        string message = error.Message;
        int added = message.IndexOf($" (Parameter '{error.ParamName}')", StringComparison.Ordinal);
        return added < 0 ? message : message.Remove(added, $" (Parameter '{error.ParamName}')".Length).Replace("\nActual value was ", " It is ", StringComparison.Ordinal);
    }

    private static int Edits(string a, string b)
    {
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                int change = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + change);
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
