#!/usr/bin/env bash
# lint.sh [--fix | --tools]: runs every check, even after one has failed. With --fix it formats instead; with --tools it only
# builds the linter.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

# The same build flags as the tests, so that the C bindings are not compiled a second time for the type checker.
export CGO_ENABLED=1 GOFLAGS="${GOFLAGS:-} -race"
clang_format=$(packages lint | grep '^clang-format-')
GOFLAGS='' pinned build/golangci-lint tools/lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
GOFLAGS='' pinned build/actionlint tools/actions github.com/rhysd/actionlint/cmd/actionlint
golangci=$root/build/golangci-lint
if [ "${1:-}" = --tools ]; then
  exit
fi

mapfile -t c < <(sources '*.c' '*.h')

if [ "${1:-}" = --fix ]; then
  step "gofumpt, gci" "$golangci" fmt
  if [ ${#c[@]} -gt 0 ]; then
    step "$clang_format" "$clang_format" -i "${c[@]}"
  fi
  for module in . tools tools/lint tools/next tools/actions; do
    step "go mod tidy in $module" quiet_downloads go -C "$module" mod tidy
  done
  exit
fi

failed=()
check() {
  step "$@" || failed+=("$1")
}

mapfile -t shell < <(sources '*' | while IFS= read -r file; do
  if [[ $file == *.sh ]] || head -n 1 "$file" | grep -aqE '^#!.*[/ ](ba|da)?sh'; then printf '%s\n' "$file"; fi
done)
check "shellcheck" shellcheck -x "${shell[@]}"
check "actionlint" build/actionlint -shellcheck shellcheck .github/workflows/*.yml
if [ ${#c[@]} -gt 0 ]; then
  check "$clang_format" "$clang_format" --dry-run -Werror "${c[@]}"
fi
check "gofumpt, gci" "$golangci" fmt --diff
for module in . tools tools/lint tools/next tools/actions; do
  check "go mod tidy -diff in $module" quiet_downloads go -C "$module" mod tidy -diff
done
check "go vet" quiet_downloads go vet ./...
check "go vet in tools" quiet_downloads go -C tools vet ./...
check "golangci-lint" quiet_downloads "$golangci" run ./...
check "golangci-lint in tools" env -C tools "$golangci" run ./...

if [ ${#failed[@]} -gt 0 ]; then
  printf 'lint failed:\n'
  printf '  %s\n' "${failed[@]}"
  exit 1
fi
echo "lint: all clean"
