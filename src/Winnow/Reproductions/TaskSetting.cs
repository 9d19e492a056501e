using Winnow.Models;
using Winnow.Tasks;

namespace Winnow.Reproductions;

/// <summary>A white-box model and the problems that it solves.</summary>
/// <param name="Model">What writes.</param>
/// <param name="Task">Problems with their checkers.</param>
public sealed record TaskSetting(ILanguageModel Model, TaskSet Task);
