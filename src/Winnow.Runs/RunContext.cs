using Microsoft.EntityFrameworkCore;

namespace Winnow.Runs;

/// <summary>The tables of the store.</summary>
internal sealed class RunContext(DbContextOptions<RunContext> options) : DbContext(options)
{
    public DbSet<RunRow> Runs => Set<RunRow>();

    public DbSet<ResultRow> Results => Set<ResultRow>();

    public DbSet<DrawRow> Draws => Set<DrawRow>();

    public DbSet<PartRow> Parts => Set<PartRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<RunRow>(run =>
        {
            run.ToTable("runs").HasKey(row => row.Id);
            run.HasIndex(row => row.Series).HasDatabaseName("runs_by_series");
        });
        modelBuilder.Entity<ResultRow>(result => result.ToTable("results").Ignore(row => row.Used).HasKey(row => new { row.Run, row.Problem }));
        modelBuilder.Entity<PartRow>(part => part.ToTable("parts").Ignore(row => row.Used).HasKey(row => new { row.Owner, row.Number }));
        modelBuilder.Entity<DrawRow>(draw =>
        {
            draw.ToTable("draws").Ignore(row => row.Used).HasKey(row => row.Key);
            draw.HasIndex(row => new { row.Series, row.Problem }).HasDatabaseName("draws_by_problem");
        });
    }
}
