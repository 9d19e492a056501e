namespace Winnow.Decoding;

/// <summary>Looks at the candidates after each stage of a chain.</summary>
public interface IStageObserver
{
    /// <summary>Looks at what a stage left.</summary>
    /// <param name="stage">The stage's text; <c>model</c> before the first.</param>
    /// <param name="candidates">What is left; must not be changed.</param>
    void Observe(string stage, ref Candidates candidates);

    /// <summary>Looks at what a stage left.</summary>
    void Observe(SamplerStage stage, ref Candidates candidates) => Observe(stage.ToString(), ref candidates);
}
