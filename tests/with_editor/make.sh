#!/bin/sh
# Installs a VS Code that a browser shows into a folder, and what the extension is made with:
# make.sh FOLDER. Some of it is compiled, which needs g++ and make.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
for command in node npm g++ chromium nvim; do
  command -v "$command" >/dev/null || {
    echo "the tests with editors need $command: apt-get install nodejs npm g++ chromium neovim" >&2
    exit 1
  }
done
quiet="--no-audit --no-fund --ignore-scripts --loglevel=error"
mkdir -p "$1"
cd "$1"
cp "$root/tests/with_editor/package.json" .
npm install $quiet
headers=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
npm rebuild --loglevel=error --nodedir="$headers" argon2
cd node_modules/code-server/lib/vscode
npm install $quiet --omit=dev
ln -sfn node_modules node_modules.asar
npm rebuild --loglevel=error --nodedir="$headers" node-pty @vscode/spdlog native-watchdog

cd "$root/editors/vscode"
npm install $quiet
