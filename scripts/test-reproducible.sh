#!/usr/bin/env bash
# test-reproducible.sh ARCH: makes the package and the tarball a second time, without anything that the first build has kept, and
# compares the bytes. It needs root, and some minutes.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

arch=${1:-amd64}
first=$(mktemp)
sums() { grep -E "[_-]$arch\." build/dist/SHA256SUMS; }
scripts/package.sh "$arch"
sums >"$first"
FRESH_CACHE=1 scripts/package.sh "$arch"
sums | diff "$first" - || die "The second build has other bytes. Compare the files, for instance with diffoscope."
echo "the same bytes twice"
