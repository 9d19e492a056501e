#!/bin/sh
# Kills runs at random moments (SIGKILL) and resumes them, 200 times or as often as the first argument says, with the
# embedded model; and a tenth as often, at least 20 times, against a faulty endpoint over HTTP. Nothing that was stored
# may be lost, drawn or requested again, and every report must be that of a run nobody disturbed. Then the disk fills up.
set -eu
cd "$(dirname "$0")/.."
kills="${1:-200}"
over_http=$((kills / 10 > 20 ? kills / 10 : 20))
for project in Winnow.Runs.Tests Winnow.Endpoints.Tests; do
    dotnet build -c Release "tests/$project" --nologo -v q -clp:ErrorsOnly
done
WINNOW_KILLS="$kills" artifacts/bin/Winnow.Runs.Tests/release/Winnow.Runs.Tests -class "*KillTests" -showLiveOutput
WINNOW_KILLS="$over_http" exec artifacts/bin/Winnow.Endpoints.Tests/release/Winnow.Endpoints.Tests -class "*KilledOverHttpTests" -showLiveOutput
