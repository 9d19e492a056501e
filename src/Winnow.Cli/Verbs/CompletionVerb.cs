using System.CommandLine;
using Winnow.Rendering;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow completion SHELL</c>: a script that asks winnow itself what comes next.</summary>
internal static class CompletionVerb
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # winnow completion for bash: put this into ~/.local/share/bash-completion/completions/winnow
            _winnow() {
                local line="${COMP_LINE#* }"
                local point=$(( COMP_POINT - ${#COMP_LINE} + ${#line} ))
                local IFS=$'\n'
                COMPREPLY=( $(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$point]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}") )
            }
            complete -o default -F _winnow winnow
            """,
        ["zsh"] = """
            #compdef winnow
            # winnow completion for zsh: put this into a folder of $fpath as _winnow
            _winnow() {
                local line="${BUFFER#* }"
                local point=$(( CURSOR - ${#BUFFER} + ${#line} ))
                local -a found
                found=("${(@f)$(winnow "[suggest:$point]" "$line" 2>/dev/null)}")
                compadd -a found || _files
            }
            compdef _winnow winnow
            """,
        ["fish"] = """
            # winnow completion for fish: put this into ~/.config/fish/completions/winnow.fish
            function __winnow_complete
                set -l line (commandline -cp | string replace -r '^\S+\s?' '')
                winnow "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c winnow -a '(__winnow_complete)'
            """,
        ["pwsh"] = """
            # winnow completion for PowerShell: put this into $PROFILE
            Register-ArgumentCompleter -Native -CommandName winnow -ScriptBlock {
                param($word, $ast, $cursor)
                $line = $ast.ToString() -replace '^\S+\s?', ''
                $point = [Math]::Max(0, $cursor - ($ast.ToString().Length - $line.Length))
                winnow "[suggest:$point]" "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    public static Command Create(Shell shell)
    {
        Argument<string> name = new("SHELL") { Description = "The shell that the script is for." };
        name.AcceptOnlyFromAmong([.. Scripts.Keys]);
        Command command = new("completion", "Print a completion script. It asks winnow, so it never falls behind.") { name };
        command.SetAction(parsed =>
        {
            shell.Output.Write(Scripts[parsed.GetRequiredValue(name)].ReplaceLineEndings("\n") + "\n");
            return ExitCodes.Done;
        });
        return command;
    }
}
