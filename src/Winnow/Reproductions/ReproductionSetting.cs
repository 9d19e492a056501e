using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Reproductions;

/// <summary>What a reproduction measures on. It is opened when the reproduction begins.</summary>
/// <param name="Proposer">A model that draws; for searches over steps, one that knows how long its answers usually are.</param>
/// <param name="Scorer">Judges what it draws.</param>
/// <param name="Task">Problems for it.</param>
public sealed record ReproductionSetting(IProposer Proposer, IScorer Scorer, TaskSet Task);
