/** Networks by name: endpoint and genesis. @module */

/** A network that has a name. */
export interface KnownNetwork {
  readonly endpoint: string;
  /** Genesis hash where it is fixed; null where every start may have its own. */
  readonly genesis: string | null;
}

const NETWORKS: Readonly<Record<string, KnownNetwork>> = {
  finney: {
    endpoint: "wss://entrypoint-finney.opentensor.ai:443",
    genesis: "0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03",
  },
  test: { endpoint: "wss://test.finney.opentensor.ai:443", genesis: null },
  local: { endpoint: "ws://127.0.0.1:9944", genesis: null },
};

/** The network of a `--network` value: a name, or an endpoint (`ws://…`, `wss://…`). */
export function network(name: string): KnownNetwork {
  return NETWORKS[name] ?? { endpoint: name, genesis: null };
}
