import assert from "node:assert/strict";
import { Metadata, TypeRegistry } from "@polkadot/types";
import { decAnyMetadata, unifyMetadata } from "@polkadot-api/substrate-bindings";
import { CLIENT } from "./chain_fixture_test.ts";
import { encodeMetadata } from "./chain_metadata.ts";
import { bittensorRuntime, runtimeVersion } from "./chain_runtime.ts";

const { v14, v15 } = encodeMetadata(bittensorRuntime(12_000));

Deno.test({
  name: "encodeMetadata() gives versions 14 and 15 that another library reads alike when both are decoded",
  permissions: CLIENT,
  fn() {
    const names = [v14, v15].map((bytes, i) => {
      const metadata = new Metadata(new TypeRegistry(), `0x${bytes.toHex()}`);
      assert.equal(metadata.version, 14 + i);
      return metadata.asLatest.pallets.map(({ name, index }) => `${name} ${index}`);
    });
    assert.deepEqual(names[0], names[1]);
    assert.deepEqual(names[0], ["System 0", "Timestamp 2", "Balances 5", "SubtensorModule 7", "Commitments 18"]);
  },
});

Deno.test({
  name: "encodeMetadata() carries the call and error numbers of the real runtime when it is decoded",
  permissions: "none",
  fn() {
    const { pallets, lookup } = unifyMetadata(decAnyMetadata(v15));
    const variants = (pallet: string, kind: "calls" | "errors") => {
      const found = pallets.find(({ name }) => name === pallet)![kind] as number | { type: number };
      const { def } = lookup[typeof found === "number" ? found : found.type]!;
      assert.equal(def.tag, "variant");
      return new Map((def.value as { name: string; index: number }[]).map(({ name, index }) => [name, index]));
    };
    const calls = variants("SubtensorModule", "calls");
    assert.deepEqual(["set_weights", "burned_register", "commit_timelocked_weights"].map((name) => calls.get(name)), [
      0,
      7,
      113,
    ]);
    assert.equal(variants("Commitments", "calls").get("set_commitment"), 0);
    assert.equal(variants("SubtensorModule", "errors").get("SettingWeightsTooFast"), 29);
  },
});

Deno.test({
  name: "runtimeVersion() tells the API of metadata at version 2 when clients look for version 15",
  permissions: "none",
  fn() {
    const { apis, specVersion } = runtimeVersion(bittensorRuntime(12_000));
    assert.equal(specVersion, 425);
    // blake2-64 of "Metadata", as every Substrate node prints it.
    assert.deepEqual(apis.find(([name]) => name === "0x37e397fc7c91f5e4"), ["0x37e397fc7c91f5e4", 2]);
  },
});
