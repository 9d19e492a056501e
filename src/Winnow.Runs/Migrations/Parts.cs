using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Winnow.Runs.Migrations;

/// <summary>What each process has spent on a run; the repeated calls and the scorer's tokens of a draw.</summary>
[DbContext(typeof(RunContext))]
[Migration("20261123_Parts")]
internal sealed class Parts : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<long>("Calls", "draws", nullable: false, defaultValue: 0L);
        migrationBuilder.AddColumn<long>("ScorerTokens", "draws", nullable: false, defaultValue: 0L);
        migrationBuilder.CreateTable(
            "parts",
            table => new
            {
                Owner = table.Column<string>(nullable: false),
                Number = table.Column<int>(nullable: false),
                Version = table.Column<string>(nullable: false),
                Build = table.Column<string>(nullable: false),
                Begun = table.Column<long>(nullable: false),
                Written = table.Column<long>(nullable: false),
                MaxTokens = table.Column<long>(nullable: true),
                MaxCalls = table.Column<long>(nullable: true),
                MaxSeconds = table.Column<double>(nullable: true),
                MaxCost = table.Column<string>(nullable: true),
                PromptTokens = table.Column<long>(nullable: false),
                ForwardTokens = table.Column<long>(nullable: false),
                TokensGenerated = table.Column<long>(nullable: false),
                ScorerTokens = table.Column<long>(nullable: false),
                Calls = table.Column<long>(nullable: false),
                UsageSeconds = table.Column<double>(nullable: false),
                Cost = table.Column<string>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_parts", row => new { row.Owner, row.Number }));
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("parts");
        migrationBuilder.DropColumn("ScorerTokens", "draws");
        migrationBuilder.DropColumn("Calls", "draws");
    }
}
