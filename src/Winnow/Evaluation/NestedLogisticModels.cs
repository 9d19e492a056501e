using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>
/// Whether a yes-or-no attribute changes a rate beyond what categories explain, and differently in each: logistic
/// models with categories, with the attribute beside them, and with their products.
/// </summary>
/// <param name="Categories">Constant and one column for each category but the lowest.</param>
/// <param name="Main">The same and the attribute.</param>
/// <param name="Interaction">The same and each category column times the attribute.</param>
/// <remarks>Source: Kirk et al. (2021), who ask it of occupations written by a language model.</remarks>
public sealed record NestedLogisticModels(LogisticFit Categories, LogisticFit Main, LogisticFit Interaction)
{
    /// <summary>Likelihood ratio of the attribute; χ² with <see cref="MainDegrees"/>.</summary>
    public double AttributeStatistic => 2 * (Main.LogLikelihood - Categories.LogLikelihood);

    /// <summary>Coefficients the attribute adds.</summary>
    public int MainDegrees => Main.Coefficients.Count - Categories.Coefficients.Count;

    /// <summary>p-value of the attribute.</summary>
    public double AttributePValue => Distributions.ChiSquareSurvival(AttributeStatistic, MainDegrees);

    /// <summary>Likelihood ratio of the products.</summary>
    public double InteractionStatistic => 2 * (Interaction.LogLikelihood - Main.LogLikelihood);

    /// <summary>p-value of the products.</summary>
    public double InteractionPValue =>
        Distributions.ChiSquareSurvival(InteractionStatistic, Interaction.Coefficients.Count - Main.Coefficients.Count);

    /// <summary>Fits the three models.</summary>
    /// <param name="categories">Shape [N]; at least two different ones.</param>
    /// <param name="attribute">Shape [N]; 0 or 1.</param>
    /// <param name="successes">Shape [N].</param>
    /// <param name="trials">Shape [N].</param>
    /// <exception cref="ArgumentException">The shapes differ, or a model has no finite maximum.</exception>
    public static NestedLogisticModels Fit(
        ReadOnlySpan<int> categories, ReadOnlySpan<double> attribute, ReadOnlySpan<double> successes, ReadOnlySpan<double> trials)
    {
        if (categories.Length != attribute.Length)
        {
            throw new ArgumentException($"There are {categories.Length} categories and {attribute.Length} attributes; give both for each row.", nameof(attribute));
        }
        int[] levels = [.. categories.ToArray().Distinct().Order().Skip(1)];
        double[][] dummies = new double[categories.Length][];
        double[][] main = new double[categories.Length][];
        double[][] products = new double[categories.Length][];
        for (int i = 0; i < dummies.Length; i++)
        {
            int category = categories[i];
            double flag = attribute[i];
            dummies[i] = [.. levels.Select(level => category == level ? 1.0 : 0)];
            main[i] = [.. dummies[i], flag];
            products[i] = [.. main[i], .. dummies[i].Select(dummy => dummy * flag)];
        }
        return new NestedLogisticModels(
            LogisticRegression.Fit(dummies, successes, trials),
            LogisticRegression.Fit(main, successes, trials),
            LogisticRegression.Fit(products, successes, trials));
    }
}
