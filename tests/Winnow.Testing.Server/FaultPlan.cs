using Winnow.Numerics;

namespace Winnow.Testing.Server;

/// <summary>Which request goes wrong, and how: a pure function of the request's number.</summary>
public sealed class FaultPlan(Func<int, Fault> faultOf)
{
    /// <summary>Faults that cost a draw nothing but a retry, or the draw itself; the stall is left out because it takes as long as the client waits.</summary>
    public static IReadOnlyList<Fault> Quick { get; } =
    [
        Fault.TooManyRequests, Fault.RetryAfterSeconds, Fault.ServerError, Fault.Unavailable, Fault.CutStream, Fault.InvalidJson, Fault.EmptyChoices,
        Fault.WrongTokenCounts,
    ];

    /// <summary>Nothing goes wrong.</summary>
    public static FaultPlan None { get; } = new(static _ => Fault.None);

    /// <summary>Faults of the first requests, in order; the others go well.</summary>
    public static FaultPlan First(params Fault[] faults) => new(number => number < faults.Length ? faults[number] : Fault.None);

    /// <summary>The same fault for every request.</summary>
    public static FaultPlan Always(Fault fault) => new(_ => fault);

    /// <summary>A share of the requests goes wrong, each in one of some ways.</summary>
    /// <param name="share">0 … 1.</param>
    /// <param name="faults">The ways; equally often.</param>
    /// <param name="seed">Chooses which requests.</param>
    public static FaultPlan Share(double share, IReadOnlyList<Fault> faults, ulong seed)
    {
        HashedUniforms uniforms = new(seed);
        return new(number => uniforms.Next("fault", 0, number, 0) < share
            ? faults[(int)(uniforms.Next("kind", 0, number, 0) * faults.Count)]
            : Fault.None);
    }

    /// <summary>The fault of a request.</summary>
    /// <param name="request">Its number, from 0.</param>
    public Fault Of(int request) => faultOf(request);
}
