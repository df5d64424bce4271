#!/usr/bin/env bash
# Runs the real Subtensor runtime on 127.0.0.1 under chopsticks, in the foreground; blocks are made by hand (RPC dev_newBlock).
#   usage: scripts/real_chain.sh SPEC.json [PORT]     SPEC.json: a raw chain spec of the network, given by you; PORT: 9955
# Needs npm. The tool is kept in REAL_CHAIN_DIR (default: af-real-chain in the temporary directory).
set -euo pipefail
readonly CHOPSTICKS=1.5.1

usage() {
  printf 'usage: %s SPEC.json [PORT]\n' "$0" >&2
  exit 2
}

[ $# -ge 1 ] && [ $# -le 2 ] || usage
[ -f "$1" ] || { printf 'No chain spec at %s\n' "$1" >&2; exit 1; }
command -v npm > /dev/null || { printf 'npm is needed to install chopsticks\n' >&2; exit 1; }
spec=$(realpath "$1")
port=${2:-9955}
[[ $port =~ ^[0-9]+$ ]] || usage

home=${REAL_CHAIN_DIR:-${TMPDIR:-/tmp}/af-real-chain}
mkdir -p "$home"
cd "$home"
[ -f package.json ] || printf '{ "private": true }\n' > package.json
if [ ! -x node_modules/.bin/chopsticks ]; then
  npm install --silent --no-audit --no-fund --save-exact "@acala-network/chopsticks@$CHOPSTICKS"
fi
config="$home/genesis-$port.yml"
# Nothing but loopback is listened on, and no upstream endpoint is given: the state is that of the spec.
printf 'genesis: %s\nhost: 127.0.0.1\nport: %s\nbuild-block-mode: Manual\n' "$spec" "$port" > "$config"
exec node_modules/.bin/chopsticks --config "$config"
