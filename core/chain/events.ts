/** Reads the events of a block as plain data. @module */
import type { Head } from "../port/chain.ts";
import type { Node } from "./node.ts";
import type { ChainEvent, Failure } from "./verdict.ts";

/** The parts of the library's values that are used here: it types only what it ships metadata for. */
interface EventRecord {
  readonly phase: { readonly isApplyExtrinsic: boolean; readonly asApplyExtrinsic: { toNumber(): number } };
  readonly event: { readonly section: string; readonly method: string; readonly data: readonly unknown[] };
}
interface DispatchError {
  readonly isModule: boolean;
  readonly asModule: unknown;
  readonly type: string;
  readonly value?: { readonly type?: string };
}
interface Registry {
  findMetaError(error: unknown): { section: string; name: string; docs: readonly string[] };
}

/** Events of a block, in their order. */
export async function readEvents(node: Node, block: Head): Promise<ChainEvent[]> {
  const at = await node.api.at(block.hash);
  const records = await at.query.system!.events!() as unknown as readonly EventRecord[];
  const registry = at.registry as unknown as Registry;
  return [...records].map(({ phase, event }) => ({
    extrinsic: phase.isApplyExtrinsic ? phase.asApplyExtrinsic.toNumber() : null,
    pallet: event.section,
    name: event.method,
    ...(event.section === "system" && event.method === "ExtrinsicFailed"
      ? { failure: failureOf(event.data[0] as DispatchError, registry) }
      : {}),
  }));
}

function failureOf(error: DispatchError, registry: Registry): Failure {
  if (!error.isModule) {
    // Token.FundsUnavailable, Arithmetic.Overflow, or a kind without a further reason such as BadOrigin.
    return { pallet: error.value?.type ? error.type : "system", name: error.value?.type ?? error.type, docs: "" };
  }
  try {
    const { section, name, docs } = registry.findMetaError(error.asModule);
    return { pallet: section, name, docs: docs.join(" ") };
  } catch (thrown) {
    return { pallet: "unknown", name: "UnknownModuleError", docs: `the metadata does not name it: ${String(thrown)}` };
  }
}
