#!/usr/bin/env bash
# package.sh ARCH...: makes the Debian package and the tarball for amd64 or arm64 in build/dist, with their checksums. Both
# load on every supported system: they are built on Debian 12, and need nothing that Ubuntu 22.04's glibc 2.35 and GStreamer 1.20
# lack. Ubuntu's arm64 packages have a server of their own, which fewer networks reach than Debian's; so Ubuntu does not build them.
# The same sources give the same bytes: all times are the time of the last commit, or SOURCE_DATE_EPOCH. It needs root.
# With FRESH_CACHE=1 it compiles everything anew.
# package.sh inside ARCH: the part that runs on Debian 12.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

version=$(awk -F '"' '/GST_LIVEKIT_VERSION/ { print $2 }' elements/internal/base/plugin.h)
package=gstreamer1.0-livekit
declare -A triplets=([amd64]=x86_64-linux-gnu [arm64]=aarch64-linux-gnu)

# Everything that is compiled for the plugin: path, version and folder of each module.
modules() {
  CGO_ENABLED=1 GOARCH=$1 go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./plugin |
    LC_ALL=C sort -u
}

# licences ARCH: the licence of the plugin, then those of all that is linked into it. It fails if a module has none.
licences() {
  local path module_version folder file found
  cat <<TEXT
gst-livekit $version
Copyright 2026 the gst-livekit contributors
https://github.com/gst-livekit/gst-livekit

Licensed under the Apache License, Version 2.0. Its text is in the file LICENSE of
the tarball, and on Debian in /usr/share/common-licenses/Apache-2.0.

The plugin also contains Go's runtime and standard library, and the modules
below. Each has its own licence, which follows its name.
TEXT
  printf '\n======== Go %s\n\n' "$(go env GOVERSION)"
  cat "$(go env GOROOT)/LICENSE"
  while read -r path module_version folder; do
    printf '\n======== %s %s\n' "$path" "$module_version"
    found=
    for file in "$folder"/LICEN[SC]E* "$folder"/COPYING* "$folder"/NOTICE*; do
      if [ -f "$file" ]; then
        found=1
        printf '\n'
        if grep -q 'Apache License' "$file" && grep -q 'TERMS AND CONDITIONS FOR USE' "$file"; then
          printf 'Apache License, Version 2.0, as above.\n'
          grep -E '^ *Copyright [^[{]' "$file" || true
        else
          cat "$file"
        fi
      fi
    done
    [ -n "$found" ] || die "package.sh: the module $path has no file with its licence."
  done < <(modules "$1")
}

# In the builder: the plugin, and the packages whose libraries it uses.
inside() {
  local arch=$1 out=build/package/$1 triplet=${triplets[$1]}
  export GOARCH=$arch CGO_ENABLED=1 CC=$triplet-gcc DEB_HOST_ARCH=$arch
  if [ "${2:-}" = fresh ]; then
    GOCACHE=$(mktemp -d)
    export GOCACHE
  fi
  export PKG_CONFIG_LIBDIR=/usr/lib/$triplet/pkgconfig:/usr/share/pkgconfig
  go build -buildmode=c-shared -trimpath -buildvcs=false -ldflags='-s -w' -o "$out/libgstlivekit.so" ./plugin
  rm -f "$out/libgstlivekit.h"
  too_new "$triplet-objdump" "$out/libgstlivekit.so"
  mkdir -p "$out/shlibs/debian"
  cp packaging/control "$out/shlibs/debian/control"
  (cd "$out/shlibs" && dpkg-shlibdeps -O -e"$root/$out/libgstlivekit.so" >../substvars)
}

# too_new OBJDUMP FILE: fails if the file needs more than glibc 2.35 has, which is Ubuntu 22.04's.
too_new() {
  local needs
  needs=$("$1" -p "$2" | grep -oE 'GLIBC_(ABI_DT_RELR|[0-9.]+)' | LC_ALL=C sort -Vu)
  if [ "$(printf '%s\nGLIBC_2.35\n' "$needs" | sort -V | tail -n 1)" != GLIBC_2.35 ]; then
    die "package.sh: $2 does not load with glibc 2.35. It needs:" "$needs"
  fi
}

# builder ARCH: the system that builds for ARCH. There are two, because Debian's development files of GStreamer are for one
# architecture at a time.
# shellcheck disable=SC2317 # step calls it
builder() {
  local arch=$1 name=builder-$1
  [ ! -f ".roots/$name/complete" ] || return 0
  scripts/root.sh make bookworm amd64 && scripts/root.sh copy bookworm amd64 "$name" &&
    scripts/root.sh run "$name" dpkg --add-architecture "$arch" &&
    scripts/root.sh run "$name" apt-get -q update &&
    scripts/root.sh run "$name" apt-get -q install -y --no-install-recommends pkgconf dpkg-dev "gcc-${triplets[$arch]//_/-}" \
      "libc6-dev:$arch" "libgstreamer1.0-dev:$arch" "libgstreamer-plugins-base1.0-dev:$arch" "libopus-dev:$arch" &&
    : >".roots/$name/complete"
}

deb() {
  local arch=$1 in=build/package/$1 tree=build/package/$1/deb doc
  rm -rf "$tree"
  doc=$tree/usr/share/doc/$package
  install -D -m 644 "$in/libgstlivekit.so" "$tree/usr/lib/${triplets[$arch]}/gstreamer-1.0/libgstlivekit.so"
  install -D -m 644 "$in/licences" "$doc/copyright"
  printf '%s (%s) unstable; urgency=medium\n\n  * Version %s. See https://github.com/gst-livekit/gst-livekit.\n\n -- %s  %s\n' \
    gst-livekit "$version" "$version" "$(sed -n 's/^Maintainer: //p' packaging/control)" \
    "$(LC_ALL=C date -R -u -d "@$SOURCE_DATE_EPOCH")" >"$in/changelog"
  gzip -9nc "$in/changelog" >"$doc/changelog.gz"
  gzip -9nc CHANGELOG.md >"$doc/CHANGELOG.md.gz"
  chmod 644 "$doc"/*
  mkdir -p "$tree/DEBIAN"
  dpkg-gencontrol -p$package -cpackaging/control -l"$in/changelog" -T"$in/substvars" -P"$tree" -DArchitecture="$arch" \
    -f"$in/files" -O"$tree/DEBIAN/control"
  (cd "$tree" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
  find "$tree" -type d -exec chmod 755 {} +
  dpkg-deb --root-owner-group -Zxz --build "$tree" "build/dist/${package}_${version}_$arch.deb" >/dev/null
}

tarball() {
  local arch=$1 in=build/package/$1 name=gst-livekit-$version-linux-$1 tree
  tree=$in/$name
  rm -rf "$tree"
  install -D -m 644 "$in/libgstlivekit.so" "$tree/libgstlivekit.so"
  install -m 644 LICENSE CHANGELOG.md "$tree"
  install -m 644 packaging/tarball-readme.md "$tree/README.md"
  install -m 644 "$in/licences" "$tree/licences.txt"
  tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -C "$in" -c "$name" |
    gzip -9n >"build/dist/$name.tar.gz"
}

if [ "${1:-}" = inside ]; then
  inside "${@:2}"
  exit
fi
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
need_go
mkdir -p build/dist build/log
step "modules" quiet_downloads go mod download
for arch in "$@"; do
  [ -n "${triplets[$arch]:-}" ] || die "package.sh: the architecture is amd64 or arm64, not \"$arch\"."
  rm -rf "build/package/$arch" "build/dist/"*"$arch".*
  mkdir -p "build/package/$arch"
  step "a system that builds for $arch, made once" builder "$arch" </dev/null >build/log/builder.log 2>&1 ||
    die "$(tail -n 20 build/log/builder.log)"
  step "plugin for $arch" scripts/root.sh run "builder-$arch" /src/scripts/package.sh inside "$arch" ${FRESH_CACHE:+fresh}
  licences "$arch" >"build/package/$arch/licences"
  step "Debian package for $arch" deb "$arch"
  step "tarball for $arch" tarball "$arch"
done
(cd build/dist && LC_ALL=C sha256sum -- *.deb *.tar.gz >SHA256SUMS && cat SHA256SUMS)
if command -v lintian >/dev/null; then
  step "lintian" lintian --fail-on error,warning --allow-root build/dist/*.deb
fi
