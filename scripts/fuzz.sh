#!/usr/bin/env bash
# fuzz.sh [TIME]: runs each fuzz target for that long, a minute by default. What one finds stays in testdata, as a test.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

for file in $(grep -rl --include='*_test.go' '^func Fuzz' caps elements internal stream); do
  while read -r target; do
    echo "==> $target in $(dirname "$file")"
    go test -vet=off -run '^$' -fuzz "^$target\$" -fuzztime "${1:-1m}" "./$(dirname "$file")"
  done < <(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\)(.*/\1/p' "$file")
done
