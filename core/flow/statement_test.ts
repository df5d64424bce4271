/** Tests of what is said on chain once an epoch, and when nothing is said. @module */
import { deepEqual, equal, match } from "node:assert/strict";
import { fromHex } from "../base/bytes.ts";
import { ChainError } from "../base/errors.ts";
import type { RawCommitment, SubnetFacts } from "../port/chain.ts";
import type { SignedCall } from "../port/signer.ts";
import { parseCommitment } from "../record/commitment.ts";
import { encodeValidator, type ValidatorStatement } from "../record/validator_statement.ts";
import type { ValidateDeps } from "./deps.ts";
import { commitEpoch } from "./statement.ts";

const END = "5a".repeat(32);
const HOTKEY = "5validator";
const ALONE: ValidatorStatement = { end: END, head: null, url: null, read: null };
const READ = { epoch: 7, bits: "03" };
const NOW: ValidatorStatement = { end: END, head: "11".repeat(32), url: "https://a.b", read: READ };

/** What is committed in the epoch of block 700 where `standing` stands since block `since`; and the log. */
async function said(
  standing: ValidatorStatement | null,
  since: number,
  statement: ValidatorStatement,
  failure: Error | null = null,
): Promise<{ said: unknown[]; log: string[] }> {
  const found: unknown[] = [], log: string[] = [];
  const commitments: RawCommitment[] = standing === null
    ? []
    : [{ hotkey: HOTKEY, block: since, extrinsicIndex: null, bytes: encodeValidator(standing) }];
  const facts = {
    commitments,
    neurons: [{ uid: 0, hotkey: HOTKEY, permit: true, lastUpdate: 0, registeredAt: 0 }],
  } as unknown as SubnetFacts;
  const deps = {
    netuid: 1,
    chain: {
      head: () => Promise.resolve({ number: 720, hash: "" }),
      facts: () => Promise.resolve(facts),
      context: () => Promise.resolve({}),
      submit: () =>
        failure ? Promise.reject(failure) : Promise.resolve({ block: { number: 721, hash: "" }, extrinsicIndex: 0 }),
    },
    signer: {
      address: () => Promise.resolve(HOTKEY),
      extrinsic(call: SignedCall) {
        if (call.call === "set_commitment") found.push(parseCommitment(fromHex(call.data)));
        return Promise.resolve("0x");
      },
    },
    clock: { sleep: () => Promise.resolve() },
    log: (level: string, text: string) => log.push(`${level} ${text}`),
  } as unknown as ValidateDeps;
  await commitEpoch(deps, { hotkey: HOTKEY, block: 700, statement }, new AbortController().signal);
  return { said: found, log };
}

const HALF = { kind: "validator", ...NOW, end: END.slice(0, 32) };

Deno.test({
  name: "commitEpoch() says what was read once an epoch, however often it is asked",
  permissions: "none",
  async fn() {
    deepEqual((await said(ALONE, 650, NOW)).said, [HALF]);
    deepEqual((await said({ ...NOW, read: { epoch: 6, bits: "01" } }, 650, NOW)).said, [HALF]);
    // After a restart: another head is there, and the epoch has been spoken of.
    deepEqual((await said({ ...NOW, head: "22".repeat(32) }, 710, NOW)).said, []);
    // Nothing is published yet, and what others published was read all the same.
    deepEqual((await said(ALONE, 650, { ...NOW, head: null })).said, [{ ...HALF, head: null }]);
  },
});

Deno.test({
  name: "commitEpoch() waits until the end of the salts stood alone and whole at the first block of an epoch",
  permissions: "none",
  async fn() {
    deepEqual((await said(ALONE, 701, NOW)).said, []);
    deepEqual((await said({ ...ALONE, url: NOW.url }, 701, NOW)).said, []);
    deepEqual((await said(ALONE, 700, NOW)).said, [HALF]);
  },
});

Deno.test({
  name: "commitEpoch() says the whole end again where another one, or nothing, stands",
  permissions: "none",
  async fn() {
    const whole = { kind: "validator", ...NOW, read: null };
    deepEqual((await said(null, 0, NOW)).said, [whole]);
    deepEqual((await said({ ...NOW, end: "6b".repeat(32), read: null }, 650, NOW)).said, [whole]);
    deepEqual((await said({ ...NOW, end: `5a${"6b".repeat(31)}` }, 650, NOW)).said, [whole]);
  },
});

Deno.test({
  name: "commitEpoch() says a head once where nobody else's log is read, and tells of a refusal",
  permissions: "none",
  async fn() {
    const own = { ...NOW, read: null };
    deepEqual((await said(own, 650, own)).said, []);
    deepEqual((await said({ ...own, head: "22".repeat(32) }, 650, own)).said, [{ kind: "validator", ...own }]);
    const refused = await said(ALONE, 650, NOW, new ChainError("Too soon", { code: "CommitmentSetRateLimitExceeded" }));
    equal(refused.log.length, 1);
    match(
      refused.log[0]!,
      /^warning The head of the index was not committed on chain; the next epoch tries again: .*Too soon/,
    );
  },
});
