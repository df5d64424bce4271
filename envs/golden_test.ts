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
  "program/abduction lists 1": "2c3dea1d7cf78ee8",
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
  "program/abduction text 0": "c3a76e178e56da22",
  "program/abduction text 1": "43935a394c66a71c",
  "program/abduction text 2": "ce44c0fd4d4bc563",
  "program/abduction text 3": "cb38ea8058f5614c",
  "program/abduction text 4": "eb7872c179594a5c",
  "program/abduction text 5": "deaf719018a5a279",
  "program/deduction arithmetic 0": "c01310b48b2c5a93",
  "program/deduction arithmetic 1": "20a52eb3bcc03df3",
  "program/deduction arithmetic 2": "d0667256f6621d46",
  "program/deduction arithmetic 3": "7abe9f735053d3ad",
  "program/deduction arithmetic 4": "e5cc78a16f68466a",
  "program/deduction calc 3": "ed41dbcd0cd3f491",
  "program/deduction calc 4": "959690089ee8a1b7",
  "program/deduction calc 5": "8b4fcdcaa15a5199",
  "program/deduction grid 2": "7da455ce88ae4e98",
  "program/deduction grid 3": "7b6df30d29906566",
  "program/deduction grid 4": "2f5e49a820c9360c",
  "program/deduction grid 5": "8d0bde4533f01aca",
  "program/deduction lists 0": "439ede559a9f0050",
  "program/deduction lists 1": "f72cbc1a24393186",
  "program/deduction lists 2": "9b6f626923a6f660",
  "program/deduction lists 3": "05088dec1eb6652e",
  "program/deduction lists 4": "82df073f13bac5b9",
  "program/deduction lists 5": "850b248eb576f6bf",
  "program/deduction machine 2": "2e945725e94403fd",
  "program/deduction machine 3": "a3b1287e7cfa4366",
  "program/deduction machine 4": "0fe8f94db0fc32f6",
  "program/deduction machine 5": "4e9b199459d77466",
  "program/deduction mix": "ab69a7dba7c368df",
  "program/deduction records 2": "4aea66eb3898efcd",
  "program/deduction records 3": "2472cc056538df19",
  "program/deduction records 4": "39b7e5e408d26ab7",
  "program/deduction records 5": "be7d5bf2bc65ce84",
  "program/deduction request": "2c5a2c31abd4db77",
  "program/deduction text 0": "c6ed50d07a88dbc6",
  "program/deduction text 1": "9d1f93d8d5572704",
  "program/deduction text 2": "60f58f4d28915dfd",
  "program/deduction text 3": "4e2581fdfbfe3fce",
  "program/deduction text 4": "64d19c96633a1819",
  "program/deduction text 5": "0f2a457591514d54",
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
