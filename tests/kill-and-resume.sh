#!/bin/sh
# Kills a run at random moments and resumes it, 200 times or as often as the first argument says. In every trial
# nothing that was stored may be lost or drawn again, and the report must be that of a run nobody disturbed.
# Build first: dotnet build -c Release tests/Winnow.Runs.Tests
set -eu
cd "$(dirname "$0")/.."
WINNOW_KILLS="${1:-200}" exec artifacts/bin/Winnow.Runs.Tests/release/Winnow.Runs.Tests -class "*KillTests" -showLiveOutput
