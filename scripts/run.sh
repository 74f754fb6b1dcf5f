#!/bin/sh
# Runs a script of this project with Bun, and sets up what is missing first. Node and npm are enough: Bun itself is a
# dependency. With Bun on the PATH and no npm, Bun installs.
#
#   sh scripts/run.sh <file or "test"> [arguments]
set -eu
cd "$(dirname "$0")/.."

bun=node_modules/.bin/bun
wanted=$(sed -n 's/.*"bun": "\(.*\)".*/\1/p' package.json | head -n 1)

if [ ! -x "$bun" ] || ! cmp -s package-lock.json node_modules/.ca3-installed; then
  echo "ca3: installing dependencies (once)" >&2
  if command -v npm >/dev/null 2>&1; then
    npm ci --no-audit --no-fund --loglevel=error >&2
  elif command -v bun >/dev/null 2>&1; then
    bun install --frozen-lockfile >&2
  else
    echo "error: neither npm nor bun is on the PATH" >&2
    echo "  try: install Node 20 or newer, or Bun $wanted" >&2
    exit 1
  fi
  cp package-lock.json node_modules/.ca3-installed
fi

exec "$bun" "$@"
