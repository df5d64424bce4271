import assert from "node:assert/strict";
import { MUTATIONS } from "../rules/mutations.ts";
import { HERE, Lab } from "./lab.ts";
import { GATES } from "./list.ts";

/** Runs of each gate here; `deno task gates` does 200. */
const RUNS: Readonly<Record<string, number>> = {
  G1: 2,
  G2: 3,
  G3: 2,
  G4: 3,
  G5: 20,
  G6: 2,
  G7: 3,
  G8: 1,
  G9: 1,
  G10: 12,
  G11: 1,
  HW: 20,
  S7: 25,
};

function lab(id: string, mutate?: keyof typeof MUTATIONS): Lab {
  return new Lab({ hands: HERE, seed: "tests", runs: RUNS[id]!, ...(mutate ? { mutate } : {}) });
}

for (const gate of GATES) {
  Deno.test({
    name: `gate ${gate.id} holds: ${gate.title}`,
    permissions: "none",
    async fn() {
      const findings = await gate.run(lab(gate.id));
      assert.ok(findings.length > 0);
      assert.deepEqual(findings.filter(({ met }) => !met), []);
    },
  });
  for (const mutate of gate.sees) {
    Deno.test({
      name: `gate ${gate.id} misses on "${mutate}": ${MUTATIONS[mutate].about}`,
      permissions: "none",
      async fn() {
        const findings = await gate.run(lab(gate.id, mutate));
        assert.ok(findings.some(({ met }) => !met), JSON.stringify(findings));
      },
    });
  }
}

Deno.test({
  name: "every mutation is seen by a gate",
  permissions: "none",
  fn() {
    const seen = new Set(GATES.flatMap(({ sees }) => sees));
    assert.deepEqual(Object.keys(MUTATIONS).filter((name) => !seen.has(name as keyof typeof MUTATIONS)), []);
  },
});
