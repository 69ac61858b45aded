#!/bin/sh
# The whole journey of one brief, every step a visible command. Run by `make demo`.
set -eu

folder=$(mktemp -d "${TMPDIR:-/tmp}/briefs-demo.XXXXXX")
export BRIEFS_DESK="$folder/desk"
draft="$folder/portugal.md"

say() { printf '\n\033[1m# %s\033[0m\n' "$*"; }
run() { printf '\n$ briefs'; printf ' %s' "$@"; printf '\n'; briefs "$@"; }
refused() { run "$@" && { echo "this should have been refused"; exit 1; } || echo "(exit code $?)"; }
digest() { briefs status portugal --json | sed -n 's/.*"digest": "\([0-9a-f]*\)".*/\1/p'; }

say "A desk: settings, a bare content repository, a policy, three people for trying things out"
run init "$BRIEFS_DESK" --admin "Zoe Vance <zoe@example.org>" --sample

say "Serve it: a real Prefect server, the clock, the desk's own socket (log: $folder/serve.log)"
printf '\n$ briefs serve --port 0 &\n'
briefs serve --port 0 2>"$folder/serve.log" &
serving=$!
trap 'kill "$serving" 2>/dev/null; wait "$serving" 2>/dev/null || true' EXIT
until [ -S "$BRIEFS_DESK/state/desk.sock" ]; do sleep 0.2; done

say "Ada's first draft lacks two sections and still holds an instruction"
sed -e '/^## Crises/,/^## How Can This Country/{/^## How/!d;}' \
    -e 's/^## Preface$/&\n\n*Guidance: say where relations stand in this section.*/' \
    -e '/^\*\*Tariff Report/,/^\*\*Immigration/{/^\*\*Immigration/!d;}' \
    "$BRIEFS_DESK/portugal.md" >"$draft"
refused check "$draft"

say "She submits it all the same: it is safe in Git, stays a draft, and she is told why"
refused submit "$draft" --as ada --wait

say "Mended, it passes the rules and the pass mark, and goes to review"
cp "$BRIEFS_DESK/portugal.md" "$draft"
run check "$draft"
run submit "$draft" --as ada --wait
run status portugal

say "Ben reads it and asks for a change"
run request-changes portugal --as ben --reason "Say in the preface how close relations are." --wait

say "Ada makes it, and submits the next revision"
sed 's/^Relations are close/Relations are close and rest on treaties/' "$BRIEFS_DESK/portugal.md" >"$draft"
run submit "$draft" --as ada --wait
run diff portugal 2..3

say "An author never counts for her own brief; an old digest is no sign-off"
refused approve portugal --as ada --digest "$(digest)"
refused approve portugal --as ben --digest 0123456789ab

say "Two reviewers sign exactly this text"
run approve portugal --as ben --digest "$(digest)" --comment "The preface is clear now." --wait
run approve portugal --as cleo --digest "$(digest)" --wait

say "Zoe, the editor, publishes"
run ready portugal || true
run publish portugal --as zoe-vance --wait
run history portugal

say "The Git log of the brief"
printf '\n$ git log --oneline briefs/portugal\n'
git --git-dir "$BRIEFS_DESK/content.git" log --oneline briefs/portugal

say "Anybody can check all of it: on a clone, without a desk or its settings"
git clone --quiet --mirror "$BRIEFS_DESK/content.git" "$folder/clone.git"
run verify --repository "$folder/clone.git" --desk-key "$BRIEFS_DESK/keys/desk.pub"

say "What was announced"
run outbox portugal
for message in "$BRIEFS_DESK"/outbox/*.txt; do printf '\n[%s]\n' "$(basename "$message" .txt)"; cat "$message"; done

say "The published page"
echo "$BRIEFS_DESK/site/current/portugal.html"
echo "Prefect's pages were at: $(sed -n "s/.*Prefect's pages: \(http[^ ]*\).*/\1/p" "$folder/serve.log" | tail -n 1)"
echo "The desk stays in $folder: look around with BRIEFS_DESK=$BRIEFS_DESK"
