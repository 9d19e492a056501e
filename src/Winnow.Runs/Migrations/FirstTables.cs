using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Winnow.Runs.Migrations;

/// <summary>Runs, results and draws.</summary>
/// <remarks>Columns have no type of their own, so that one migration serves every database.</remarks>
[DbContext(typeof(RunContext))]
[Migration("20261123_FirstTables")]
internal sealed class FirstTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "runs",
            table => new
            {
                Id = table.Column<string>(nullable: false),
                Identity = table.Column<string>(nullable: false),
                Series = table.Column<string>(nullable: false),
                Command = table.Column<string>(nullable: false),
                Comparison = table.Column<string>(nullable: true),
                Owner = table.Column<string>(nullable: true),
                Begun = table.Column<long>(nullable: false),
                Written = table.Column<long>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_runs", row => row.Id));
        migrationBuilder.CreateIndex("runs_by_series", "runs", "Series");

        migrationBuilder.CreateTable(
            "results",
            table => new
            {
                Run = table.Column<string>(nullable: false),
                Problem = table.Column<string>(nullable: false),
                Index = table.Column<int>(nullable: false),
                Answer = table.Column<string>(nullable: true),
                IsCorrect = table.Column<bool>(nullable: false),
                IsCovered = table.Column<bool>(nullable: false),
                Failures = table.Column<int>(nullable: false),
                Candidates = table.Column<int>(nullable: false),
                PromptTokens = table.Column<long>(nullable: false),
                ForwardTokens = table.Column<long>(nullable: false),
                TokensGenerated = table.Column<long>(nullable: false),
                ScorerTokens = table.Column<long>(nullable: false),
                Calls = table.Column<long>(nullable: false),
                UsageSeconds = table.Column<double>(nullable: false),
                Cost = table.Column<string>(nullable: true),
                Seconds = table.Column<double>(nullable: false),
                Error = table.Column<string>(nullable: true),
                Finished = table.Column<long>(nullable: false),
                Details = table.Column<string>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_results", row => new { row.Run, row.Problem }));

        migrationBuilder.CreateTable(
            "draws",
            table => new
            {
                Key = table.Column<string>(nullable: false),
                Series = table.Column<string>(nullable: false),
                Problem = table.Column<string>(nullable: false),
                PromptHash = table.Column<string>(nullable: false),
                Seed = table.Column<string>(nullable: false),
                Slot = table.Column<int>(nullable: false),
                Attempt = table.Column<int>(nullable: false),
                Stream = table.Column<string>(nullable: false),
                Iteration = table.Column<int>(nullable: false),
                Temperature = table.Column<double>(nullable: false),
                Boundary = table.Column<string>(nullable: true),
                MaxTokens = table.Column<int>(nullable: false),
                TokensLeft = table.Column<long>(nullable: true),
                Run = table.Column<string>(nullable: false),
                Drawn = table.Column<long>(nullable: false),
                Outcome = table.Column<string>(nullable: false),
                Failure = table.Column<string>(nullable: true),
                Reason = table.Column<string>(nullable: true),
                Text = table.Column<string>(nullable: false),
                TokenCount = table.Column<int>(nullable: false),
                LogProb = table.Column<double>(nullable: true),
                Steps = table.Column<string>(nullable: false),
                PromptTokens = table.Column<long>(nullable: false),
                ForwardTokens = table.Column<long>(nullable: false),
                TokensGenerated = table.Column<long>(nullable: false),
                UsageSeconds = table.Column<double>(nullable: false),
                Cost = table.Column<string>(nullable: true),
                PromptForwardTokens = table.Column<long>(nullable: false),
                Seconds = table.Column<double>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_draws", row => row.Key));
        migrationBuilder.CreateIndex("draws_by_problem", "draws", ["Series", "Problem"]);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("draws");
        migrationBuilder.DropTable("results");
        migrationBuilder.DropTable("runs");
    }
}
