#!/usr/bin/env bash
# Put a folder on the branch `pages` of a repository as its only commit: push_pages.sh FOLDER REMOTE
set -euo pipefail
folder=$1 remote=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$folder/." "$work"
git -C "$work" init -q -b pages
git -C "$work" add --all --force
git -C "$work" -c user.name=press -c user.email=press@localhost commit -q -m "Site of $(git rev-parse --short HEAD)"
git -C "$work" push -q --force "$remote" pages
