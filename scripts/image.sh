#!/usr/bin/env bash
# image.sh: does what the Dockerfile says in systems of .roots, where there is no Docker. Each stage is .roots/image-NAME, and
# .roots/image-NAME.sh runs a command in it as Docker would: with the image's user, folder and variables. It needs root.
# It knows the instructions that the Dockerfile has, and refuses others.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

stage='' folder=/ user=root variables=()
declare -A folders users settings # of each stage, whose root is .roots/image-NAME

# from IMAGE AS NAME: a stage before it, or an official image, which is Debian's own system, some with Go, which root.sh brings.
from() {
  local base=$1
  stage=$3
  if [ -n "${users[$base]:-}" ]; then
    folder=${folders[$base]} user=${users[$base]}
    read -ra variables <<<"${settings[$base]}"
    rm -rf ".roots/image-$stage"
    cp -a --reflink=auto ".roots/image-$base" ".roots/image-$stage"
    return
  fi
  case $base in
  golang:*-bookworm | debian:bookworm-slim) ;;
  *) die "image.sh: it knows no system like the image $base." ;;
  esac
  folder=/ user=root variables=()
  scripts/root.sh make bookworm amd64
  scripts/root.sh copy bookworm amd64 "image-$stage"
}

# inside COMMAND...: runs it in the present stage.
inside() {
  scripts/root.sh run "image-$stage" env -C "$folder" "${variables[@]}" setpriv --reuid "$user" --regid "$user" --init-groups "$@"
}

# copy [--from=STAGE] SOURCE DESTINATION
copy() {
  local target
  if [[ $1 == --from=* ]]; then
    mkdir -p "$(dirname ".roots/image-$stage$3")"
    cp -p ".roots/image-${1#--from=}$2" ".roots/image-$stage$3"
  else
    [ "$*" = '. .' ] || die "image.sh: it knows only COPY . . from the checkout, not: $*"
    target=.roots/image-$stage$folder
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
    mkdir -p ".roots/image-$stage$folder"
    ;;
  CMD | ENTRYPOINT) ;;
  *) die "image.sh: it does not know the instruction $word." ;;
  esac
  folders[$stage]=$folder users[$stage]=$user settings[$stage]=${variables[*]}
}

mkdir -p .roots
quiet_downloads go mod download
mapfile -t lines < <(sed -e '/^#/d' -e '/^$/d' Dockerfile | sed -e ':more' -e '/\\$/ { N; s/\\\n */ /; b more' -e '}')
for line in "${lines[@]}"; do
  instruction "${line%% *}" "${line#* }"
done
for stage in "${!users[@]}"; do
  user=${users[$stage]}
  read -ra variables <<<"${settings[$stage]}"
  {
    printf '#!/bin/sh\n# Made by scripts/image.sh: image-%s.sh COMMAND...\n' "$stage"
    printf 'exec %q/scripts/root.sh run image-%q env -C %q' "$root" "$stage" "${folders[$stage]}"
    printf ' %q' "${variables[@]}" HOME="/home/$user" setpriv --reuid "$user" --regid "$user" --init-groups
    printf ' "$@"\n'
  } >".roots/image-$stage.sh"
  chmod 755 ".roots/image-$stage.sh"
done
