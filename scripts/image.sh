#!/usr/bin/env bash
# image.sh: does what the Dockerfile says in systems of .roots, where there is no Docker. The last stage is .roots/image, and
# .roots/image.sh runs a command in it as Docker would: with the image's user, folder and variables. It needs root.
# It knows the instructions that the Dockerfile has, and refuses others.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

stage='' folder=/ user=root variables=() stages=()

# from IMAGE [AS NAME]: official images are Debian's own system, some with Go, which root.sh brings.
from() {
  case $1 in
  golang:*-bookworm | debian:bookworm-slim) ;;
  *) die "image.sh: it knows no system like the image $1." ;;
  esac
  stage=image-${3:-last} folder=/ user=root variables=()
  stages+=("$stage")
  scripts/root.sh make bookworm amd64
  scripts/root.sh copy bookworm amd64 "$stage"
}

# inside COMMAND...: runs it in the present stage.
inside() {
  scripts/root.sh run "$stage" env -C "$folder" "${variables[@]}" setpriv --reuid "$user" --regid "$user" --init-groups "$@"
}

# copy [--from=STAGE] SOURCE DESTINATION
copy() {
  local target
  if [[ $1 == --from=* ]]; then
    install -D -m 644 ".roots/image-${1#--from=}$2" ".roots/$stage$3"
  else
    [ "$*" = '. .' ] || die "image.sh: it knows only COPY . . from the checkout, not: $*"
    target=.roots/$stage$folder
    sources '*' | tar -c -T - | tar -x -C "$target"
  fi
}

instruction() {
  local word=$1 rest=$2 words
  read -ra words <<<"$rest"
  printf '%s %s\n' "$word" "$rest"
  case $word in
  FROM) from "${words[@]}" ;;
  RUN) inside sh -c "$rest" </dev/null ;;
  COPY) copy "${words[@]}" ;;
  ENV) variables+=("$rest") ;;
  USER) user=$rest ;;
  WORKDIR)
    folder=$rest
    mkdir -p ".roots/$stage$folder"
    ;;
  CMD) ;;
  *) die "image.sh: it does not know the instruction $word." ;;
  esac
}

mkdir -p .roots
quiet_downloads go mod download
mapfile -t lines < <(sed -e '/^#/d' -e '/^$/d' Dockerfile | sed -e ':more' -e '/\\$/ { N; s/\\\n */ /; b more' -e '}')
for line in "${lines[@]}"; do
  instruction "${line%% *}" "${line#* }"
done
rm -rf .roots/image
mv ".roots/$stage" .roots/image
{
  printf '#!/bin/sh\n# Made by scripts/image.sh: image.sh COMMAND...\n'
  printf 'exec %q/scripts/root.sh run image env -C %q' "$root" "$folder"
  printf ' %q' "${variables[@]}" HOME="/home/$user" setpriv --reuid "$user" --regid "$user" --init-groups
  printf ' "$@"\n'
} >.roots/image.sh
chmod 755 .roots/image.sh
