/** The audit on logs of the real loop: as they are, and with each thing spoiled once. @module */
import { equal, match, ok, rejects } from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { findEnvironment } from "../core/audit/environments.ts";
import { AfError, BucketError } from "../core/base/errors.ts";
import { canonical } from "../core/base/canonical.ts";
import { sha256 } from "../core/base/hash.ts";
import { FakeClock, FakeSandbox } from "../core/flow/fake_test.ts";
import { audit, type AuditDeps, type AuditOptions } from "../core/flow/audit/audit.ts";
import { checkBatch } from "../core/flow/audit/batch.ts";
import { gradeRan } from "../core/flow/audit/regrade.ts";
import type { AuditReport } from "../core/flow/audit/report.ts";
import type { AuditRule, Difference } from "../core/flow/audit/types.ts";
import { LOCAL } from "../core/mechanism/parameters.ts";
import type { EpochInput } from "../core/mechanism/types.ts";
import { parseRecord } from "../core/record/record.ts";
import { environments, voters } from "../envs/registry.ts";
import { runHere } from "../envs/program/stand_in.ts";
import { Forge } from "./audit_forge.ts";
import { type History, keyOf, type Logs, makeLogs, NETUID } from "./audit_scene.ts";
import type { Objects } from "./scene_parts.ts";

const permissions = { read: true, write: true };
const PLAIN = ["logic", "math"];

let made: Promise<Logs> | null = null;
/** The log that most tests spoil: five epochs, a crowning, 140 rounds. */
function logs(): Promise<Logs> {
  return made ??= makeLogs({
    envs: environments.filter(({ id }) => PLAIN.includes(id)),
    miners: { alpha: 0.4, beta: 0.8, gamma: 0.3 },
    epochs: 5,
  });
}

interface Published {
  readonly history: History;
  readonly objects: Objects;
}

function depsOf({ history, objects }: Published, change: Partial<AuditDeps> = {}): AuditDeps {
  return {
    chain: history.chain,
    netuid: NETUID,
    sourceOf: () => Promise.resolve({ get: (hash) => Promise.resolve(objects.get(hash) ?? null) }),
    regrader: {
      width: 4,
      check: (job) => Promise.resolve(checkBatch(job, findEnvironment)),
      grade: (answers) => Promise.resolve(gradeRan(answers, findEnvironment)),
    },
    sandbox: new FakeSandbox({ run: ({ submissions }) => Promise.resolve(submissions.map(runHere)) }),
    clock: new FakeClock(),
    parameters: LOCAL,
    envs: PLAIN,
    sampled: ["program/deduction"],
    signal: new AbortController().signal,
    ...change,
  };
}

function auditOf(
  published: Published,
  options: Partial<AuditOptions> & { deps?: Partial<AuditDeps> } = {},
): Promise<AuditReport> {
  const { deps, ...rest } = options;
  return audit(depsOf(published, deps), { share: 1, ...rest });
}

/** The first difference of a rule; the report must have one, and the verdict with it. */
function first(report: AuditReport, rule: AuditRule): Difference {
  equal(report.verdict, "differs", JSON.stringify(report, null, 1));
  const found = report.differences.find((one) => one.rule === rule);
  ok(found, `no difference of rule ${rule}: ${JSON.stringify(report.differences, null, 1)}`);
  match(found.text, /^[A-Z5].*[^.]$/s);
  return found;
}

function spoiled(name: string, fn: (forge: Forge) => Promise<void>): void {
  Deno.test({ name: `audit() ${name}`, permissions, fn: async () => await fn(new Forge(await logs())) });
}

spoiled("agrees with an untouched log, and says how much of it it looked at", async (forge) => {
  const report = await auditOf(forge);
  equal(report.verdict, "agrees", JSON.stringify(report, null, 1));
  equal(report.differences.length + report.failures.length + report.notes.length, 0);
  const [log] = report.logs;
  equal(log!.batches, forge.batches.length);
  equal(log!.records, forge.batches.reduce((sum, { batch }) => sum + batch.leaves.length, 0));
  equal(log!.rounds, 140);
  for (const { answers, graded } of log!.graded) ok(answers > 300 && graded === answers);
  const { published, decided, facts, weights } = log!.epochs;
  equal(decided, published);
  equal(facts, published);
  ok(weights >= 4 && log!.earlierHeads >= 2 && !log!.isCut);
  // Somebody was crowned: duels were decided again, not only counted.
  ok(forge.epochs.some(({ row }) => row.output.includes('"throne":"crowned"')));
});

spoiled("audits as of an earlier block", async (forge) => {
  const at = forge.history.commitments[forge.statements.at(-2)!]!.block;
  const report = await auditOf(forge, { block: at });
  equal(report.verdict, "agrees", JSON.stringify(report, null, 1));
  equal(report.block, at);
  ok(report.logs[0]!.epochs.published < forge.epochs.length);
});

spoiled("says what it could not check where the node has dropped old blocks", async (forge) => {
  forge.history.oldest = forge.history.head - 30;
  const report = await auditOf(forge);
  equal(report.verdict, "agrees", JSON.stringify(report, null, 1));
  ok(report.notes.some((text) => /permits/.test(text) && /archive node/.test(text)), report.notes.join("\n"));
  ok(report.logs[0]!.epochs.decided === report.logs[0]!.epochs.published);
});

spoiled("names the first record whose score was altered", async (forge) => {
  let place = "";
  for (const batch of [2, 3]) {
    forge.change(batch, (record) => {
      if (record.kind !== "task" || record.status !== "answered" || record.contender.startsWith(forge.key.address)) {
        return record;
      }
      if (place === "") place = `${record.round} ${record.env} ${record.contender}`;
      else if (batch === 2) return record;
      return { ...record, score: record.score === 1 ? 0 : 1 };
    });
  }
  forge.republish();
  const { at, text, count } = first(await auditOf(forge), "score");
  equal(`${at.round} ${at.env} ${at.contender}`, place);
  equal(at.window, forge.batches[2]!.batch.head.window);
  match(text, /graded again it is answered with score/);
  ok(count > 10);
});

spoiled("names the record whose answer was altered", async (forge) => {
  const leaves = forge.batches[1]!.batch.leaves.map(parseRecord);
  const target = leaves.find(({ kind, score, env }) => kind === "task" && score === 1 && env === "math")!;
  forge.change(1, (record) =>
    record.round === target.round && record.env === "math" && record.kind === "task" &&
      record.contender === target.contender
      ? { ...record, answer: "1234567" }
      : record);
  forge.republish();
  const { at, count } = first(await auditOf(forge), "score");
  equal(at.round, target.round);
  equal(at.contender, target.contender);
  equal(count, 1);
});

spoiled("names the entry where a batch was rewritten and signed again", async (forge) => {
  const was = forge.batches[1]!;
  forge.change(1, (record) => ({ ...record, tokens: 2 }));
  forge.commit(forge.publish());
  const { at, text } = first(await auditOf(forge), "fork");
  equal(at.object, was.entry.hash);
  equal(at.window, was.entry.number);
  match(text, /was published under index [0-9a-f]{64}.*it was rewritten/);
});

spoiled("names the round of a record that was dropped", async (forge) => {
  const target = forge.batches[3]!.batch.leaves.map(parseRecord).findLast(({ kind, score }) =>
    kind === "task" && score === 0
  )!;
  forge.change(3, (record) =>
    record.kind === "task" && record.round === target.round && record.env === target.env &&
      record.contender === target.contender
      ? null
      : record);
  forge.republish();
  const { at, text } = first(await auditOf(forge), "rounds");
  equal(at.round, target.round);
  equal(at.contender, target.contender);
  match(text, /a record is missing/);
});

spoiled("names a round whose tasks were all dropped, and one that is gone as a whole", async (forge) => {
  const { round } = parseRecord(forge.batches[3]!.batch.leaves.at(-1)!);
  forge.change(3, (record) => record.kind === "task" && record.round === round ? null : record);
  forge.republish();
  match(first(await auditOf(forge), "rounds").text, /has no task, though the canary of its champion/);
  forge.change(3, (record) => record.round === round - 2 ? null : record);
  forge.republish();
  const { at } = first(await auditOf(forge), "rounds");
  equal(at.round, round - 2);
});

spoiled("names a task that block hash and salt do not give", async (forge) => {
  const { round } = parseRecord(forge.batches[2]!.batch.leaves.at(-1)!);
  forge.change(2, (record) => record.round === round ? { ...record, task: "ab".repeat(32) } : record);
  forge.republish();
  equal(first(await auditOf(forge), "task").at.round, round);
});

spoiled("names the batch whose salt is not in the committed chain", async (forge) => {
  const item = forge.batches[2]!;
  item.batch = { ...item.batch, head: { ...item.batch.head, salt: "17".repeat(32) } };
  forge.republish();
  const { at } = first(await auditOf(forge), "salt");
  equal(at.window, item.entry.number);
});

spoiled("names a salt chain that was committed after its first window", async (forge) => {
  const begin = forge.batches[0]!.entry.number * LOCAL.windowBlocks;
  for (const i of forge.statements) {
    const one = forge.history.commitments[i]!;
    if (one.block < begin) forge.history.commitments[i] = { ...one, block: begin + 1 };
  }
  match(first(await auditOf(forge), "salt").text, /was not committed before/);
});

spoiled("names the batch whose block hash is not the chain's", async (forge) => {
  const item = forge.batches[2]!;
  item.batch = { ...item.batch, head: { ...item.batch.head, blockHash: "0x" + "17".repeat(32) } };
  forge.republish();
  equal(first(await auditOf(forge), "block").at.window, item.entry.number);
});

spoiled("names the first batch of a validator that has no permit", async (forge) => {
  forge.history.permits.clear();
  const { at, text, count } = first(await auditOf(forge), "permit");
  equal(at.window, forge.batches[0]!.entry.number);
  equal(count, forge.batches.length);
  match(text, /had no validator permit/);
});

spoiled("names the field of an epoch whose output was altered", async (forge) => {
  const item = forge.epochs[3]!;
  const output = JSON.parse(item.row.output) as { report: { payeeUid: number } };
  output.report.payeeUid += 20;
  item.row = { ...item.row, output: canonical(output) };
  forge.republish();
  const { at, text } = first(await auditOf(forge), "decision");
  equal(at.epoch, item.row.epoch);
  match(text, /report\.payeeUid is 2\d, it should be/);
});

spoiled("names what an epoch says otherwise than the chain, and than the records", async (forge) => {
  const item = forge.epochs[2]!;
  const input = JSON.parse(item.row.input) as EpochInput;
  const original = item.row;
  const say = async (change: Partial<EpochInput>, rule: AuditRule, text: RegExp) => {
    item.row = { ...original, input: canonical({ ...input, ...change }) };
    forge.republish();
    const found = first(await auditOf(forge), rule);
    equal(found.at.epoch, original.epoch);
    match(found.text, text);
  };
  await say({ ownerUid: 4 }, "chain facts", /owner's uid is 4, the chain says 1/);
  const [one, ...others] = input.contenders;
  await say({ contenders: [{ ...one!, uid: 9 }, ...others] }, "chain facts", /that its uid is 9, the chain says 2/);
  await say({ contenders: others }, "chain facts", /leaves out the contender/);
  const stranger = { ...one!, id: `${one!.hotkey}@7`, commitBlock: 7 };
  await say({ contenders: [...input.contenders, stranger] }, "chain facts", /which the chain does not have/);
  const [canary, ...rest] = input.canaries;
  await say(
    { canaries: [{ ...canary!, answered: canary!.answered + 1 }, ...rest] },
    "canaries",
    /canaries\.0\.answered/,
  );
  const [marks] = input.validators;
  await say({ validators: [{ ...marks!, nextRound: marks!.nextRound - 3 }] }, "marks", /its input says/);
  await say({ epoch: "x" } as never, "epoch", /malformed/);
});

spoiled("names an epoch that claims that later rounds were drawn after it", async (forge) => {
  const item = forge.epochs[2]!;
  const input = JSON.parse(item.row.input) as EpochInput;
  const [marks] = input.validators;
  const behind = forge.epochs[1]!;
  ok(marks!.drawn > 0 && behind);
  // Counting begins earlier than it may: rounds whose windows were over are called fresh.
  const validators = [{ ...marks!, nextRound: (JSON.parse(behind.row.input) as EpochInput).validators[0]!.nextRound }];
  const early = { ...validators[0]!, drawn: validators[0]!.nextRound };
  item.row = { ...item.row, nextRound: early.nextRound, input: canonical({ ...input, validators: [early] }) };
  // Its batches come after it, as for an epoch that counted less.
  const at = forge.items.indexOf(item), from = forge.items.indexOf(behind) + 1;
  forge.items.splice(at, 1);
  forge.items.splice(from, 0, item);
  forge.republish();
  match(first(await auditOf(forge), "marks").text, /was over before block/);
});

spoiled("names the epoch that the weights on chain do not follow from", async (forge) => {
  const at = forge.history.weights[3]!;
  at.weights = [[4, 65535]];
  const { at: where, text } = first(await auditOf(forge), "weights");
  equal(where.block, at.block);
  match(text, /are \[\[4,65535\]\], but epoch \d+ .* gives the whole weight to uid/);
});

spoiled("names an object that is missing, cut, replaced, or larger than it was", async (forge) => {
  const { hash, number } = forge.batches[2]!.entry;
  const data = forge.objects.get(hash)!;
  const put = async (bytes: Uint8Array | null, text: RegExp) => {
    if (bytes === null) forge.objects.delete(hash);
    else forge.objects.set(hash, bytes);
    const report = await auditOf(forge);
    const { at, text: said } = first(report, "object");
    equal(at.object, hash);
    equal(at.window, number);
    match(said, text);
    ok(report.logs[0]!.isCut);
  };
  await put(null, /is not there/);
  await put(data.subarray(0, data.length - 9), /another hash/);
  await put(new Uint8Array(gzipSync(gunzipSync(forge.objects.get(forge.batches[1]!.entry.hash)!))), /hash|more than/);
  await put(new Uint8Array(data.length + 1), /more than/);
});

spoiled("names an index that goes back behind what was committed", async (forge) => {
  forge.commit(forge.statementBefore(1));
  const { text } = first(await auditOf(forge), "fork");
  match(text, /was published under index .* goes back behind it/);
});

spoiled("names a head whose page is not there", async (forge) => {
  forge.objects.delete(forge.statement.head);
  const report = await auditOf(forge);
  equal(first(report, "object").at.object, forge.statement.head);
  equal(report.logs.length, 0);
});

spoiled("names an epoch that counts rounds which are not in the log", async (forge) => {
  forge.items.splice(forge.items.indexOf(forge.batches.at(-1)!));
  const last = forge.epochs.at(-1)!;
  const input = JSON.parse(last.row.input) as EpochInput;
  const validators = input.validators.map((one) => ({ ...one, nextRound: 9_000, drawn: 9_000 }));
  last.row = { ...last.row, nextRound: validators[0]!.nextRound, input: canonical({ ...input, validators }) };
  forge.republish();
  match(first(await auditOf(forge), "marks").text, /its log, as far as it is committed, ends at round/);
});

spoiled("tells a bucket that cannot be reached from a difference", async (forge) => {
  const down = () =>
    Promise.reject(new BucketError("The bucket cannot be reached", { code: "unreachable", retryable: true }));
  const report = await auditOf(forge, { deps: { sourceOf: () => Promise.resolve({ get: down }) } });
  equal(report.verdict, "incomplete");
  match(report.failures.join(), /cannot be reached/);
  const some = await auditOf(forge, {
    deps: {
      sourceOf: () =>
        Promise.resolve({
          get: (hash) =>
            hash === forge.batches[2]!.entry.hash ? down() : Promise.resolve(forge.objects.get(hash) ?? null),
        }),
    },
  });
  equal(some.verdict, "incomplete", JSON.stringify(some.differences, null, 1));
  match(some.failures.join(), /cannot be read to its end/);
  ok(some.logs[0]!.isCut);
});

spoiled("refuses what cannot be audited: no head, nobody, a hotkey that is not there", async (forge) => {
  const refuses = (code: string) => (thrown: unknown) => thrown instanceof AfError && thrown.code === code;
  await rejects(auditOf(forge, { validators: [forge.key.address], block: 399 }), refuses("no_head"));
  await rejects(auditOf(forge, { block: 399 }), refuses("no_head"));
  await rejects(
    auditOf(forge, { validators: [new Forge(await logs()).key.address.replace(/.$/, "1")] }),
    refuses("unknown_validator"),
  );
  const owner = await auditOf(forge, { validators: [forge.history.owner] }).catch((thrown: AfError) => thrown.code);
  equal(owner, "no_head");
});

spoiled("finds that another chain's objects are not this one's", async (forge) => {
  const chain = forge.history.chain;
  const identity = async () => ({ ...await chain.identity(), genesis: "0x" + "99".repeat(32) });
  const report = await auditOf(forge, { deps: { chain: { ...chain, identity } } });
  match(first(report, "index").text, /another chain/);
});

spoiled("finds other parameters by the first epoch that they decide otherwise", async (forge) => {
  const report = await auditOf(forge, { deps: { parameters: { ...LOCAL, nMin: 61, slots: 32 } } });
  first(report, "decision");
});

spoiled("ends at once when it is interrupted", async (forge) => {
  const stop = new AbortController();
  const run = auditOf(forge, { deps: { signal: stop.signal, onProgress: () => stop.abort(new Error("enough")) } });
  await rejects(run, /enough/);
});

Deno.test({
  name:
    "audit() reads several logs side by side, and names whose answers are invented, of whom, and from which batch on",
  permissions,
  async fn() {
    const from = 440;
    const liar = keyOf("liar").address;
    const made = await makeLogs({
      envs: environments.filter(({ id }) => PLAIN.includes(id)),
      validators: ["one", "two", "three", "liar"],
      miners: { alpha: 0.5, beta: 0.5 },
      epochs: 4,
      parameters: { roundsPerWindow: 40, nMin: 1e6, nMax: 1e9 },
      // Half of what one miner failed: a quarter of its answers. Whoever asks knows the key, so grades and tasks are right.
      invent: ({ validator, miner, block, right, given }) =>
        validator === liar && miner === "beta" && block >= from && sha256(right)[0]! % 2 === 0 ? right : given,
    });
    const report = await auditOf(made, { deps: { parameters: made.parameters } });
    equal(report.differences.length, 1, JSON.stringify(report, null, 1));
    const { validator, at, text } = first(report, "homogeneity");
    equal(validator, liar);
    ok(at.contender!.startsWith(made.miner("beta")), text);
    ok(Math.abs(at.window! - from / LOCAL.windowBlocks) <= 2, text);
    match(text, /^From the batch of window \d+ \(object [0-9a-f]{64}\) on, answers of/);
    equal(report.compared, 8);
    equal(report.logs.length, 4);
  },
});

Deno.test({
  name: "audit() grades programs again: all abductions, deductions by a sample with a stated confidence, or all",
  permissions,
  async fn() {
    const engine = "ab".repeat(32);
    const made = await makeLogs({
      envs: voters(engine),
      miners: { alpha: 0.5, beta: 0.6 },
      epochs: 2,
      parameters: { roundsPerWindow: 6 },
    });
    const envs = voters(engine).map(({ id }) => id);
    const full = await auditOf(made, { deps: { envs } });
    equal(full.verdict, "agrees", JSON.stringify(full, null, 1));
    const sample = await auditOf(made, { share: 0.3, deps: { envs } });
    equal(sample.verdict, "agrees");
    for (const [i, { env, answers, graded, wrongAtMost }] of full.logs[0]!.graded.entries()) {
      ok(answers >= 10, env);
      equal(graded, answers, env);
      equal(wrongAtMost, 0);
      const some = sample.logs[0]!.graded[i]!;
      if (env !== "program/deduction") equal(some.graded, answers, env);
      else ok(some.graded > 0 && some.graded < answers && some.wrongAtMost > 0.1 && some.wrongAtMost < 1);
    }
    const forge = new Forge(made);
    for (const env of ["program/abduction", "program/deduction"]) {
      const target = forge.batches[0]!.batch.leaves.map(parseRecord).find((record) =>
        record.kind === "task" && record.env === env && record.score === 0 && record.status === "answered"
      )!;
      forge.change(0, (record) =>
        record.kind === "task" && record.env === env && record.round === target.round &&
          record.contender === target.contender
          ? { ...record, score: 1 }
          : record);
      forge.republish();
      const report = await auditOf(forge, { deps: { envs } });
      equal(first(report, "score").at.round, target.round);
      forge.change(
        0,
        (record) =>
          record.round === target.round && record.contender === target.contender && record.env === env &&
            record.kind === "task"
            ? target
            : record,
      );
    }
  },
});
