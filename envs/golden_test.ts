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
  "program/abduction arithmetic 0": "3f47352e4f442914",
  "program/abduction arithmetic 1": "11fbd00f4002bcf7",
  "program/abduction arithmetic 2": "e1c1b4f285454de2",
  "program/abduction arithmetic 3": "d82a7aedf81cb212",
  "program/abduction arithmetic 4": "66f40e7f61dd3a01",
  "program/abduction grid 2": "67bc467c3a78ef37",
  "program/abduction grid 3": "c5d95403ee9593f5",
  "program/abduction grid 4": "2fb9fb62dbed0ff1",
  "program/abduction grid 5": "e67d5e1af9252360",
  "program/abduction lists 0": "28922ad09fd44682",
  "program/abduction lists 1": "f0a24e3d3a8a53e8",
  "program/abduction lists 2": "7533688a732f965d",
  "program/abduction lists 3": "55c382e0f91ae055",
  "program/abduction lists 4": "b5c3a7d81fdfbcf2",
  "program/abduction lists 5": "9626dcb7cf46aab9",
  "program/abduction machine 2": "b9c07eb1587f4323",
  "program/abduction machine 3": "d55f278c8c28d096",
  "program/abduction machine 4": "a30ea53aa074c36b",
  "program/abduction machine 5": "b5fde8416d88c1fd",
  "program/abduction mix": "401bdc771d89bb02",
  "program/abduction records 2": "d9808039192165d0",
  "program/abduction records 3": "88306a8a40e3af53",
  "program/abduction records 4": "5e221c53464beb36",
  "program/abduction records 5": "ad45a341200b20f1",
  "program/abduction request": "2c5a2c31abd4db77",
  "program/abduction text 0": "6196ef8115fd7dd8",
  "program/abduction text 1": "6e2950ec177a852c",
  "program/abduction text 2": "ce44c0fd4d4bc563",
  "program/abduction text 3": "cb38ea8058f5614c",
  "program/abduction text 4": "eb7872c179594a5c",
  "program/abduction text 5": "deaf719018a5a279",
  "program/deduction arithmetic 0": "688f3bb69be9fdc3",
  "program/deduction arithmetic 1": "33d8084ce8923575",
  "program/deduction arithmetic 2": "05a6ac9608a4c70b",
  "program/deduction arithmetic 3": "1a81814d12a3bbcc",
  "program/deduction arithmetic 4": "6c0e68bc667021aa",
  "program/deduction calc 3": "3f52859045117d35",
  "program/deduction calc 4": "4cbb5209d9b06feb",
  "program/deduction calc 5": "71994d99162936c1",
  "program/deduction grid 2": "3377f7b7135d7d4f",
  "program/deduction grid 3": "8f87cfca1532e9c8",
  "program/deduction grid 4": "d7a66eb55b1f0c20",
  "program/deduction grid 5": "67d85b1e049b280d",
  "program/deduction lists 0": "c718836d28c6f86f",
  "program/deduction lists 1": "0aa62233f7b78ff4",
  "program/deduction lists 2": "db6fc888cec10a41",
  "program/deduction lists 3": "b610de77e3a16fc6",
  "program/deduction lists 4": "5639ed1f440a07a0",
  "program/deduction lists 5": "0b39193912c1c92d",
  "program/deduction machine 2": "bfdc3db26263536d",
  "program/deduction machine 3": "d8db448ec2d64e04",
  "program/deduction machine 4": "78ae263acff4fc91",
  "program/deduction machine 5": "56805ed582208d63",
  "program/deduction mix": "ab69a7dba7c368df",
  "program/deduction records 2": "1c2cc66afe1aef0b",
  "program/deduction records 3": "06ebb42576cc2535",
  "program/deduction records 4": "965c500d4fc3ed46",
  "program/deduction records 5": "14e6a74f959a86cb",
  "program/deduction request": "2c5a2c31abd4db77",
  "program/deduction text 0": "70f7366e33920e21",
  "program/deduction text 1": "eb6be23e609f4ced",
  "program/deduction text 2": "5055252b14e19541",
  "program/deduction text 3": "9560206734690970",
  "program/deduction text 4": "e647205ad0c3c7ce",
  "program/deduction text 5": "693f457b2cc2121e",
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
