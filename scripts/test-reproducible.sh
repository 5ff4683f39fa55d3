#!/usr/bin/env bash
# test-reproducible.sh ARCH: makes the package and the tarball a second time, without anything that the first build has kept, and
# compares the bytes. It needs root, and some minutes, in which nobody may change the sources. If the bytes differ, what the first
# build made is in build/first.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

arch=${1:-amd64}
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
sources_sum() { sources '*' | LC_ALL=C sort | tr '\n' '\0' | xargs -0 sha256sum | sha256sum; }
sums() { grep -E "[_-]$arch\." "$1/SHA256SUMS"; }

before=$(sources_sum)
scripts/package.sh "$arch"
rm -rf build/first
cp -r build/dist build/first
FRESH_CACHE=1 scripts/package.sh "$arch"
[ "$before" = "$(sources_sum)" ] || die "The sources have changed in the meantime: try again."
diff <(sums build/first) <(sums build/dist) ||
  die "The second build has other bytes. Compare the files of build/first and build/dist, for instance with diffoscope."
rm -rf build/first
echo "the same bytes twice"
