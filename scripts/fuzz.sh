#!/usr/bin/env bash
# fuzz.sh [TIME]: runs each fuzz target for that long, a minute by default. What one finds stays in testdata, as a test.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

# Each line is a file and a target in it.
while IFS=: read -r file line; do
  target=${line#func }
  target=${target%%(*}
  echo "==> $target in $(dirname "$file")"
  go test -vet=off -run '^$' -fuzz "^$target\$" -fuzztime "${1:-1m}" "./$(dirname "$file")" </dev/null
done < <(grep -r --include='*_test.go' '^func Fuzz' caps elements internal stream)
