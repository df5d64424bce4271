/**
 * Digests of tasks, pinned. A difference means that tasks, prompts, keys, mix or request changed: then give the
 * environment a new version and pin the new digests (the failing test prints them).
 * @module
 */
import assert from "node:assert/strict";
import { sha256, sha256Hex } from "../core/base/hash.ts";
import { environments } from "./registry.ts";

const GOLDEN: Record<string, string> = {
  "logic sat 0": "3e6f863642dcf35d",
  "logic sat 1": "148d477c702c163c",
  "logic sat 2": "bb90d5c0c1a28bc8",
  "logic sat 3": "8efe291e1f5fa80d",
  "logic sat 4": "d02526eeec0fc2a5",
  "logic sat 5": "b7a9fa37879caacc",
  "logic mix": "54177573b4f7a9dc",
  "logic request": "d2a3e5cfb55aca34",
  "math sum 0": "8357419103935ac8",
  "math sequence 0": "314f2f5f5ec3436f",
  "math congruence 1": "a551d3aa083ff5c0",
  "math congruence 2": "58a7a58a6ef2fed6",
  "math congruence 3": "a83262a8e6d46dd1",
  "math congruence 4": "327a5308048dd1ec",
  "math congruence 5": "759dc9aba03d0a4e",
  "math recurrence 1": "1ff029ccf88f29f3",
  "math recurrence 2": "b90a28e0a88f4ed2",
  "math recurrence 3": "04c3907c01edf7c4",
  "math recurrence 4": "08ad70528e5730cf",
  "math recurrence 5": "d2e852337171a553",
  "math linear 1": "d16c043d7f4c445f",
  "math linear 2": "bc80161ec919b9c7",
  "math linear 3": "e115775bb8e1b6e9",
  "math linear 4": "c95a381e5ef212bc",
  "math linear 5": "e21122278d004fb4",
  "math paths 1": "3b37c0f952e08184",
  "math paths 2": "45f9790459b3973d",
  "math paths 3": "eadb90a6ae595dbb",
  "math paths 4": "a7028956c1182c55",
  "math paths 5": "4584b639c4e2ab1d",
  "math strings 1": "3451259a417fea90",
  "math strings 2": "97ee5c70dbde0864",
  "math strings 3": "c4041657c71266c9",
  "math strings 4": "fd482387e4c89dea",
  "math strings 5": "2a823bdce25f91af",
  "math colouring 1": "ff818020e0355b28",
  "math colouring 2": "90341b165f5dda9e",
  "math colouring 3": "87006d1de34e0154",
  "math colouring 4": "bae5a52f1df0f241",
  "math colouring 5": "efae92288262aacb",
  "math mix": "c0a159a9012bd424",
  "math request": "2c5a2c31abd4db77",
  "program/abduction arithmetic 0": "b06f7646d924a3aa",
  "program/abduction arithmetic 1": "9bbc414cc8178366",
  "program/abduction arithmetic 2": "f5a74bb1dc7a6f0a",
  "program/abduction arithmetic 3": "6e1e67fdf5df0617",
  "program/abduction arithmetic 4": "c92864301533f629",
  "program/abduction lists 0": "28922ad09fd44682",
  "program/abduction lists 1": "85488e20775c9ec2",
  "program/abduction lists 2": "0d609f60887ac70d",
  "program/abduction lists 3": "15310a6a1f5c7c2f",
  "program/abduction lists 4": "5df30833a03dee1c",
  "program/abduction lists 5": "81e6ca83115dfb44",
  "program/abduction mix": "e5a9cbe8744e8e22",
  "program/abduction request": "2c5a2c31abd4db77",
  "program/abduction text 0": "dcd8df0876c3cf10",
  "program/abduction text 1": "86755706442d1a95",
  "program/abduction text 2": "ce44c0fd4d4bc563",
  "program/abduction text 3": "caff18c25b34aa26",
  "program/abduction text 4": "ec6980e60e1f842c",
  "program/abduction text 5": "3703c051ee924f96",
  "program/deduction arithmetic 0": "1bdf8c7d35987622",
  "program/deduction arithmetic 1": "12377e16624d2b64",
  "program/deduction arithmetic 2": "f83e672489260852",
  "program/deduction arithmetic 3": "cab9b107969ce3f8",
  "program/deduction arithmetic 4": "f92ebf9a3fd2c30a",
  "program/deduction lists 0": "1badeec35c7966cf",
  "program/deduction lists 1": "8e14f8de7a91df7f",
  "program/deduction lists 2": "6a46a7d38e91b56d",
  "program/deduction lists 3": "411382bad7e8964d",
  "program/deduction lists 4": "51f869844b11e535",
  "program/deduction lists 5": "bf1605692dc54d45",
  "program/deduction mix": "9ae6dfde6d5a8e03",
  "program/deduction request": "2c5a2c31abd4db77",
  "program/deduction text 0": "15143765d1eca2dc",
  "program/deduction text 1": "0187b104cee62f4d",
  "program/deduction text 2": "476ed229cc4616b0",
  "program/deduction text 3": "73fb033849a48585",
  "program/deduction text 4": "f6e684421c98c5c6",
  "program/deduction text 5": "6bfb541d33462198",
};

for (const env of environments) {
  Deno.test({
    name: `${env.id} version ${env.version} makes the pinned tasks`,
    permissions: "none",
    fn() {
      const found: Record<string, string> = {};
      for (const generator of env.generators) {
        for (const level of env.levels.keys()) {
          const made: unknown[] = [];
          for (let i = 0; i < 10; i++) {
            try {
              const task = env.generate(sha256(`golden ${i}`), { level, generator });
              made.push([task.prompt, env.solve(task)]);
            } catch {
              break; // This generator does not have the level.
            }
          }
          if (made.length > 0) found[`${env.id} ${generator} ${level}`] = digest(made);
        }
      }
      const drawn = Array.from({ length: 200 }, (_, i) => {
        const { level, generator } = env.generate(sha256(`golden mix ${i}`));
        return [level, generator];
      });
      found[`${env.id} mix`] = digest(drawn);
      found[`${env.id} request`] = digest([
        env.version,
        env.request.system,
        env.request.temperature,
        env.request.maxTokens,
      ]);
      const pinned = Object.fromEntries(Object.entries(GOLDEN).filter(([name]) => name.startsWith(`${env.id} `)));
      assert.deepEqual(found, pinned, JSON.stringify(found, null, 2));
    },
  });
}

function digest(value: unknown): string {
  return sha256Hex(JSON.stringify(value)).slice(0, 16);
}
