# shellcheck shell=bash
# Sourced by the scripts beside it: strict mode, the repository's root as working directory, timed steps, the Go check.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

die() {
  printf '%s\n' "$@" >&2
  exit 1
}

# packages SET...: the Debian packages of these sets, one per line.
packages() {
  local set
  for set in "$@"; do
    awk -v want="[$set]" '
      { sub(/#.*/, "") }
      /^\[/ { on = $1 == want; found += on; next }
      on && NF { print $1 }
      END { exit !found }' tools/debian-packages.txt || die "tools/debian-packages.txt has no set [$set]"
  done
}

# Background jobs end with the script: the heartbeat of a step, and work that was begun ahead of its turn.
beat='' ahead=''
end_jobs() {
  local job
  for job in $beat $ahead; do
    kill "$job" 2>/dev/null || true
  done
}
trap end_jobs EXIT

# heartbeat TITLE: prints a line every 20 seconds while the script lives. It waits in read, because a sleep would outlive it.
heartbeat() {
  local start=$SECONDS never
  exec {never}<> <(:)
  while kill -0 $$ 2>/dev/null; do
    read -r -t 20 -u "$never" || true
    printf '    %s: %d s so far\n' "$1" $((SECONDS - start))
  done
}

# step TITLE COMMAND...: runs one command, says what it is for and how long it took, and returns its status.
# set -e has no effect inside a shell function that is run this way.
step() {
  local title=$1 start=$SECONDS rc=0
  shift
  printf '==> %s\n' "$title"
  heartbeat "$title" &
  beat=$!
  "$@" || rc=$?
  kill "$beat" 2>/dev/null || true
  wait "$beat" 2>/dev/null || true
  beat=
  if [ "$rc" = 0 ]; then
    printf '    %s: done in %d s\n' "$title" $((SECONDS - start))
  else
    printf '    %s: failed after %d s\n' "$title" $((SECONDS - start)) >&2
  fi
  return "$rc"
}

# quiet_downloads COMMAND...: a go command without its list of downloaded modules.
quiet_downloads() {
  { "$@" 2>&1 >&3 3>&- | { grep --line-buffered -v '^go: downloading ' >&2 || true; }; } 3>&1
}

# need_go: stops with a sentence when there is no Go, or one older than go.mod asks for.
need_go() {
  local want have
  want=$(awk '$1 == "go" { print $2; exit }' go.mod)
  command -v go >/dev/null ||
    die "Go $want or newer is needed, and there is no go command in PATH. See https://go.dev/doc/install"
  have=$(go env GOVERSION 2>&1) || die "go env: $have"
  if [[ $have =~ go([0-9]+)\.([0-9]+) ]]; then
    local major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]} want_major=${want%%.*} want_minor=${want#*.}
    want_minor=${want_minor%%.*}
    if ((major > want_major || (major == want_major && minor >= want_minor))); then
      return
    fi
  fi
  die "Go $want or newer is needed; $(command -v go) is $have. See https://go.dev/doc/install"
}

# pinned OUTPUT MODULE_DIR PACKAGE: builds a program that tools/ pins, unless OUTPUT is already that version.
pinned() {
  local out=$1 dir=$2 package=$3 stamp
  stamp=$(cat "$dir/go.mod" "$dir/go.sum" <(go env GOVERSION GOOS GOARCH) | sha256sum)
  if [ -x "$out" ] && [ "$(cat "$out.stamp" 2>/dev/null)" = "$stamp" ]; then
    return
  fi
  mkdir -p "$(dirname "$out")"
  rm -f "$out.stamp"
  step "$out (once per version, a few minutes)" quiet_downloads \
    go -C "$dir" build -trimpath -buildvcs=false -ldflags='-s -w' -o "$root/$out" "$package"
  printf '%s\n' "$stamp" >"$out.stamp"
}

# writable FOLDER: makes it, and stops with a sentence when nothing can be written there.
writable() {
  if ! mkdir -p "$1" 2>/dev/null || [ ! -w "$1" ]; then
    die "$(id -un) cannot write to $root/$1. Change its owner, or work in a copy of the repository that is yours."
  fi
}

# livekit_server: prints the path of the server that tools/go.mod pins: the one in PATH if it is of this version, else
# build/livekit-server, which is built if need be. What the build says goes to standard error.
livekit_server() {
  local want have
  want=$(awk '$1 == "github.com/livekit/livekit-server" { sub(/^v/, "", $2); print $2 }' tools/go.mod)
  have=$(livekit-server --version 2>/dev/null || true)
  if [ "$have" = "livekit-server version $want" ]; then
    command -v livekit-server
    return
  fi
  scripts/build.sh server >&2
  echo build/livekit-server
}

# node_sdk: LiveKit's clients for Node and for browsers.
node_sdk() {
  npm_packages integration/rtcnode && npm_packages integration/browser
}

# browser_client: the latter alone.
browser_client() {
  npm_packages integration/browser
}

# npm_packages FOLDER: what its lock file pins. npm runs only when that has changed.
npm_packages() {
  if cmp -s "$1/package-lock.json" "$1/node_modules/.installed-lock.json"; then
    return
  fi
  npm ci --prefix "$1" --no-audit --no-fund --loglevel=error </dev/null &&
    cp "$1/package-lock.json" "$1/node_modules/.installed-lock.json"
}

# sources PATTERN...: the repository's own files that match, committed or about to be.
sources() {
  if git rev-parse --git-dir >/dev/null 2>&1; then
    git ls-files --cached --others --exclude-standard --deduplicate -- "$@" |
      while IFS= read -r file; do if [ -f "$file" ]; then printf '%s\n' "$file"; fi; done
  else
    local pattern
    for pattern in "$@"; do
      find . -path ./build -prune -o -path ./.roots -prune -o -type f -name "$pattern" -print
    done
  fi
}
