#!/bin/sh
# Builds the wheel, installs it where the checkout is not, and runs it there. The dependencies come from the given
# interpreter's environment, so that nothing is fetched.   usage: wheel.sh PYTHON
set -eu
python=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"$python" -m hatchling build -t wheel -d "$place/dist" >/dev/null
"$python" -m venv "$place/venv"
site=$("$place/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
"$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))' >"$site/dependencies.pth"
"$place/venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-index "$place"/dist/*.whl
cd "$place"
"$place/venv/bin/python" -c 'import aggregator, sys; sys.exit(aggregator.__file__.startswith(sys.prefix) is False)'
"$place/venv/bin/aggregator" --version
"$place/venv/bin/aggregator" demo >"$place/demo.txt" 2>"$place/errors.txt" || { cat "$place/demo.txt" "$place/errors.txt"; exit 1; }
tail -n 2 "$place/demo.txt"
"$place/venv/bin/aggregator" init "$place/home" >/dev/null
"$place/venv/bin/aggregator" doctor --home "$place/home"
echo "wheel: installed elsewhere, demo, init and doctor ran"
