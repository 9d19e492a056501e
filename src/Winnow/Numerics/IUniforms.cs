namespace Winnow.Numerics;

/// <summary>
/// Uniform random numbers as a pure function of where they are used. Nothing holds a generator that could be
/// copied with a row, so two rows forked from one parent part, and results do not depend on thread order.
/// </summary>
public interface IUniforms
{
    /// <summary>The uniform number of one place in a run.</summary>
    /// <param name="name">What the number is for, for example <c>"token"</c> or <c>"resample"</c>.</param>
    /// <param name="iteration">Outer iteration (a sweep, a draw index); 0 where there is only one.</param>
    /// <param name="slot">Row, particle or candidate.</param>
    /// <param name="step">Step or token position.</param>
    /// <returns>A number in [0, 1).</returns>
    double Next(string name, int iteration, int slot, int step);
}
