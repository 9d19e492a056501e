namespace Winnow.Search;

/// <summary>The pieces of parallel tempering: a ladder of odds temperatures, and the exchange of answers between neighbouring chains.</summary>
/// <remarks>
/// Sources: Geyer (1991); Puri et al. (2025), "Rollout Roulette", which describes it for reasoning steps. An exchange
/// leaves all chains as they are if chain k targets p·odds(r)^(1/τ) of the whole answer.
/// </remarks>
public static class Tempering
{
    /// <summary>Temperatures in equal ratios from the first to the last.</summary>
    /// <param name="chains">At least 1; a single chain has the first temperature.</param>
    /// <param name="first">Greater than 0; 1 is the target itself.</param>
    /// <param name="last">Greater than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its range.</exception>
    public static double[] Ladder(int chains = 4, double first = 1, double last = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chains, 1);
        RequireTemperature(first, nameof(first));
        RequireTemperature(last, nameof(last));
        double[] temperatures = new double[chains];
        for (int k = 0; k < chains; k++)
        {
            temperatures[k] = k == 0 ? first : k == chains - 1 ? last : first * Math.Pow(last / first, (double)k / (chains - 1));
        }
        return temperatures;
    }

    /// <summary>The probability with which two chains exchange their answers: min(1, exp((1/τ₁ − 1/τ₂)·(ℓ₂ − ℓ₁))).</summary>
    /// <param name="temperature">τ₁ of the one chain, greater than 0.</param>
    /// <param name="otherTemperature">τ₂ of the other.</param>
    /// <param name="logit">ℓ₁, the logit of the score of the one chain's whole answer; finite.</param>
    /// <param name="otherLogit">ℓ₂ of the other's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A temperature is not greater than 0, or a logit is not finite.</exception>
    public static double SwapProbability(double temperature, double otherTemperature, double logit, double otherLogit)
    {
        RequireTemperature(temperature, nameof(temperature));
        RequireTemperature(otherTemperature, nameof(otherTemperature));
        RequireLogit(logit, nameof(logit));
        RequireLogit(otherLogit, nameof(otherLogit));
        return Math.Min(1, Math.Exp((1 / temperature - 1 / otherTemperature) * (otherLogit - logit)));
    }

    private static void RequireTemperature(double value, string name)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(name, value, "A temperature must be finite and greater than 0.");
        }
    }

    private static void RequireLogit(double value, string name)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(name, value, "A logit must be finite; clip the score between 0 and 1 first.");
        }
    }
}
