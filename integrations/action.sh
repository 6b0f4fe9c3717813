#!/usr/bin/env bash
# The check of action.yml. What it judges comes from the checkout; what it judges by, from the workflow and, for a pull
# request, from the base branch.
set -euo pipefail
permcheck=$RUNNER_TEMP/permcheck/bin/permcheck
for name in $(compgen -e PERMCHECK_ || true); do unset "$name"; done # an earlier step may have run the change's own code

fail() { echo "permcheck: $1" >&2; exit 2; }

options=(--no-config)
if [ -n "$CONFIG" ]; then
  trusted=$PWD
  if [ -n "$BASE" ]; then
    trusted=$RUNNER_TEMP/permcheck-base
    git cat-file -e "$BASE^{commit}" 2>/dev/null || git fetch --quiet --no-tags --depth=1 origin "$BASE" \
      || fail "the base commit is not here and cannot be fetched: check out with fetch-depth: 0"
    rm -rf "$trusted" && mkdir "$trusted" && git archive "$BASE" | tar -x -C "$trusted"
  fi
  if [ -f "$trusted/$CONFIG" ]; then
    options=(--config "$trusted/$CONFIG")
  else
    [ -n "$BASE" ] || fail "there is no $CONFIG"
    echo "::notice title=permcheck::The base branch has no configuration of that name yet, so none is used."
  fi
fi
[ -z "$FAIL_ON" ] || options+=(--fail-on "$FAIL_ON")

mapfile -t apps < <(printf '%s\n' "$APPS" | sed '/^[[:space:]]*$/d')
while IFS= read -r file; do [ -z "$file" ] || options+=(--policy "$file"); done <<< "$POLICY"
"$permcheck" check "${options[@]}" --format github --output "sarif:$SARIF" --output "html:$HTML" \
  --output "markdown:$RUNNER_TEMP/permcheck.md" -- "${apps[@]}" || code=$?
if [ -f "$RUNNER_TEMP/permcheck.md" ]; then cat "$RUNNER_TEMP/permcheck.md" >> "$GITHUB_STEP_SUMMARY"; fi
exit "${code:-0}"
