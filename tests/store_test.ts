/** The store's room against real files: what is acknowledged survives, what is wrong is refused in one sentence. @module */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { makeHead } from "../core/record/batch.ts";
import { recordText } from "../core/record/record.ts";
import { testRecord, testValidator } from "../core/record/testing.ts";
import { AfError } from "../core/base/errors.ts";
import type { JournalIdentity, RoundRow, Store } from "../core/port/store.ts";
import { Connection } from "../core/store/connection.ts";
import { checkPages } from "../core/store/identity.ts";
import { openStore, type OpenStoreOptions } from "../core/store/client.ts";

const ROOT = Deno.makeTempDirSync({ prefix: "af-store-" });
const SOURCE = new URL("..", import.meta.url).pathname;
addEventListener("unload", () => Deno.removeSync(ROOT, { recursive: true }));
const permissions = { read: [ROOT, SOURCE], write: [ROOT] } as const satisfies Deno.PermissionOptions;
const spawning = { ...permissions, run: [Deno.execPath()] } as const satisfies Deno.PermissionOptions;

const VALIDATOR = testValidator(3);
const IDENTITY: JournalIdentity = {
  genesis: "0x" + "ab".repeat(32),
  netuid: 120,
  validator: VALIDATOR.address,
  parameters: "aa".repeat(32),
};
const ALICE = "5Alice@1";
const BOB = "5Bob@2";

let folders = 0;
const folder = () => `${ROOT}/${++folders}`;
const record = (fields: Parameters<typeof testRecord>[1]) => testRecord(VALIDATOR.address, { window: 1, ...fields });
const round = (fields: Partial<RoundRow>): RoundRow => ({
  round: 0,
  window: 1,
  state: "open",
  champion: ALICE,
  offered: [ALICE, BOB],
  shown: [ALICE, BOB],
  ...fields,
});

/** Runs work on a store in a room of its own, which is closed at the end. */
async function using<T>(
  directory: string,
  work: (store: Store) => Promise<T>,
  options: Partial<OpenStoreOptions> = {},
): Promise<T> {
  const opened = await openStore({ directory, ...options });
  try {
    return await work(opened.store);
  } finally {
    await opened.store.close();
    opened.close();
  }
}

async function opened<T>(
  directory: string,
  work: (store: Store) => Promise<T>,
  options: Partial<OpenStoreOptions> = {},
): Promise<T> {
  return await using(directory, async (store) => {
    await store.open(IDENTITY);
    return await work(store);
  }, options);
}

async function refused(code: string, pattern: RegExp, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof AfError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, pattern);
    assert.match(error.message, /^[A-Z][^\n]*[^.]$/);
    return true;
  });
}

function spawnWriter(directory: string, ...mode: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--unstable-worker-options",
      `--allow-read=${directory},${SOURCE}`,
      `--allow-write=${directory}`,
    ]
      .concat(new URL("../core/store/testing_writer.ts", import.meta.url).pathname, directory, ...mode),
    stdout: "piped",
    stderr: "inherit",
    stdin: "null",
  }).spawn();
  return { child, lines: child.stdout.pipeThrough(new TextDecoderStream()) };
}

Deno.test({
  name: "store keeps everything over a restart, and a digest that does not know the time of day",
  permissions,
  async fn() {
    const directory = folder();
    const fill = (shift: number) => async (store: Store) => {
      assert.equal(await store.nextRound(), 0);
      assert.equal(await store.getMeta("chain_root"), null);
      await store.setMeta("chain_root", "ff");
      await store.putWindow({ window: 1, blockHash: "0xcd", salt: "00" });
      await store.putRound(round({ shown: null }));
      await store.append([
        record({ kind: "canary", round: 0, contender: BOB, status: "absent", score: 0, answer: "" }),
      ]);
      await store.putRound(round({ shown: shift ? [BOB, ALICE] : [ALICE, BOB] }));
      const attempts = [
        { sent: 5 + shift, ended: 9 + shift, outcome: "answered" },
        ...(shift ? [{ sent: 1, ended: 2, outcome: "x" }] : []),
      ];
      await store.append([record({ round: 0, contender: BOB, attempts })]);
      await store.append([record({ round: 0, contender: ALICE, answer: "n\u0000o 'é", score: 0, attempts })]);
      await store.putRound(round({ state: "complete" }));
      await store.putCache("counts", Uint8Array.of(1, 2, 3));
      await store.putEpoch({ epoch: 4, block: 9, hash: "0xee", nextRound: 1, input: "{}", output: "{}" });
      return await store.digest();
    };
    const digest = await opened(directory, fill(0));
    await opened(directory, async (store) => {
      assert.equal(await store.digest(), digest);
      assert.equal(await store.nextRound(), 1);
      assert.equal(await store.getMeta("chain_root"), "ff");
      assert.deepEqual(await store.windows(1), [{ window: 1, blockHash: "0xcd", salt: "00" }]);
      assert.deepEqual(await store.windows(2), []);
      assert.deepEqual(await store.rounds(0), [round({ state: "complete" })]);
      const records = await store.recordsOf(0);
      assert.deepEqual(records.map((r) => [r.kind, r.contender]), [["canary", BOB], ["task", BOB], ["task", ALICE]]);
      assert.equal(records[2]!.answer, "n\u0000o 'é");
      assert.deepEqual(await store.leavesOf(1), [records[0]!, records[2]!, records[1]!].map(recordText));
      assert.deepEqual(await store.samples(BOB, 5), [records[1]!]);
      assert.deepEqual(await store.samples("5Nobody@1", 5), []);
      assert.deepEqual(await store.getCache("counts"), Uint8Array.of(1, 2, 3));
      assert.equal((await store.lastEpoch())?.hash, "0xee");
      assert.equal((await store.epochs(5)).length, 0);
      assert.equal(await store.lastBatch(), null);
    });
    assert.equal(await opened(folder(), fill(1)), digest, "other stamps, attempts and order of answers");
    const other = await opened(folder(), async (store) => {
      await fill(0)(store);
      await store.append([record({ kind: "canary", round: 0, contender: ALICE })]);
      return await store.digest();
    });
    assert.notEqual(other, digest);
  },
});

Deno.test({
  name: "store makes a folder and files that only their owner may use",
  permissions,
  ignore: Deno.build.os === "windows",
  async fn() {
    const directory = folder();
    Deno.mkdirSync(directory, { mode: 0o755 });
    Deno.chmodSync(directory, 0o755);
    await opened(directory, async (store) => {
      await store.setMeta("a", "b");
      const mode = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o777;
      assert.equal(mode(directory), 0o700);
      const names = [...Deno.readDirSync(directory)].map((entry) => entry.name).sort();
      assert.deepEqual(names, ["journal.db", "journal.db-shm", "journal.db-wal", "lock.db"]);
      for (const name of names) assert.equal(mode(`${directory}/${name}`), 0o600, name);
    });
  },
});

Deno.test({
  name: "outcomes() and canaries() count what the records say, in the order of names",
  permissions,
  async fn() {
    await opened(folder(), async (store) => {
      const late = "5Aaron@7";
      const envs = ["math", "logic"];
      await store.putRound(round({ round: 0, offered: [BOB, ALICE, late], shown: [BOB, ALICE] }));
      for (const env of envs) {
        await store.append([
          record({ round: 0, env, contender: BOB, score: env === "math" ? 1 : 0 }),
          record({ round: 0, env, contender: ALICE, status: env === "math" ? "lost" : "silent", score: 0, answer: "" }),
        ]);
      }
      await refused("incomplete", /Round 0 is not settled/, store.outcomes(0, 1));
      await store.putRound(round({ round: 0, offered: [BOB, ALICE, late], shown: [BOB, ALICE], state: "complete" }));
      await store.putRound(round({ round: 1, state: "absent", shown: null }));
      await store.putRound(round({ round: 2, champion: BOB, shown: [BOB] }));
      await store.append([record({ round: 2, env: "math", contender: BOB })]);
      await store.putRound(round({ round: 2, champion: BOB, shown: [BOB], state: "complete" }));
      await refused("incomplete", /Round 3 is not settled/, store.outcomes(0, 4));
      const block = await store.outcomes(0, 3);
      assert.deepEqual(block.contenders, [late, ALICE, BOB]);
      assert.deepEqual(block.envs, ["logic", "math"]);
      // deno-fmt-ignore
      assert.deepEqual([...block.cells], [
        255, 255, 0, 2, 0, 1,
        255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 1,
      ]);
      assert.deepEqual([...block.champions], [1, 65535, 2]);
      assert.deepEqual([...block.offered], [1, 1, 1, 0, 0, 0, 0, 1, 1]);
      const tail = await store.outcomes(2, 3);
      assert.deepEqual([tail.first, tail.rounds, tail.contenders, [...tail.cells]], [2, 1, [ALICE, BOB], [255, 1]]);
      assert.equal((await store.outcomes(3, 3)).cells.length, 0);

      await store.append([
        record({ kind: "canary", round: 0, contender: BOB }),
        record({ kind: "canary", round: 1, contender: BOB, status: "refused", score: 0, answer: "" }),
        record({ kind: "canary", round: 1, contender: ALICE, status: "absent", score: 0, answer: "" }),
      ]);
      assert.deepEqual(await store.canaries(0, 2), [
        { contender: ALICE, sent: 1, answered: 0 },
        { contender: BOB, sent: 2, answered: 1 },
      ]);
    });
  },
});

Deno.test({
  name: "append() writes all or nothing and refuses what is there, foreign, malformed or too late",
  permissions,
  async fn() {
    await opened(folder(), async (store) => {
      const first = record({ round: 0, contender: ALICE });
      const second = record({ round: 0, contender: BOB });
      await store.append([first]);
      await refused(
        "duplicate",
        /task record of 5Alice@1 in round 0, logic/,
        store.append([second, { ...first, answer: "other" }]),
      );
      await refused("foreign", /another validator/, store.append([second, { ...second, validator: "5Other" }]));
      await refused("record", /score must be/, store.append([second, { ...second, score: 2 as 1 }]));
      assert.deepEqual(await store.recordsOf(0), [first]);
      await store.putRound(round({}));
      await store.append([second]);
      await store.putRound(round({ state: "complete" }));
      await store.putRound(round({ state: "complete" }));
      await refused("closed", /Round 0 is complete/, store.putRound(round({})));
      await refused("closed", /round is settled/, store.append([record({ round: 0, contender: "5Carol@3" })]));

      const leaves = await store.leavesOf(1);
      const fields = {
        ...IDENTITY,
        window: 1,
        blockHash: "0x" + "cd".repeat(32),
        previous: "0".repeat(64),
        salt: "0".repeat(64),
      };
      const { parameters: _, ...who } = fields;
      const head = makeHead(who, leaves);
      const batch = { head, signature: VALIDATOR.sign(head), nextRound: 1 };
      await refused(
        "conflict",
        /has 1 records, the journal 2/,
        store.putBatch({ ...batch, head: makeHead(who, leaves.slice(1)) }),
      );
      const unchained = makeHead({ ...who, previous: "1".repeat(64) }, leaves);
      await refused("conflict", /does not follow/, store.putBatch({ ...batch, head: unchained }));
      await store.putBatch(batch);
      await store.putBatch(batch);
      await refused("conflict", /another batch/, store.putBatch({ ...batch, nextRound: 2 }));
      assert.deepEqual(await store.lastBatch(), batch);
      assert.deepEqual(await store.batches(1), [batch]);
      await refused("closed", /batch of its window is signed/, store.append([record({ kind: "canary", round: 0 })]));

      await store.putWindow({ window: 1, blockHash: "0xcd", salt: "00" });
      await refused("conflict", /Window 1/, store.putWindow({ window: 1, blockHash: "0xce", salt: "00" }));
      await store.putEpoch({ epoch: 0, block: 1, hash: "0x", nextRound: 1, input: "1", output: "1" });
      await refused(
        "conflict",
        /Epoch 0/,
        store.putEpoch({ epoch: 0, block: 1, hash: "0x", nextRound: 1, input: "1", output: "2" }),
      );
    });
  },
});

Deno.test({
  name: "open() refuses a second validator until the first one is gone, here and in another process",
  permissions: spawning,
  async fn() {
    const directory = folder();
    const second = () => refused("locked", /Another validator is running/, opened(directory, () => Promise.resolve()));
    await opened(directory, second);
    await opened(directory, () => Promise.resolve());

    const other = folder();
    const { child, lines } = spawnWriter(other, "hold");
    const reader = lines.getReader();
    assert.match((await reader.read()).value ?? "", /open/);
    await refused("locked", /Another validator is running/, opened(other, () => Promise.resolve()));
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    // The lock went with its holder: what is left to say is that the journal is another validator's.
    await refused("foreign", /another validator/, opened(other, () => Promise.resolve()));
  },
});

Deno.test({
  name: "store loses no acknowledged round when its process is killed at any moment",
  permissions: spawning,
  async fn() {
    const directory = folder();
    const acknowledged = new Set<number>();
    for (const count of [1, 7, 3, 12, 5]) {
      const { child, lines } = spawnWriter(directory);
      let text = "";
      let killed = false;
      for await (const part of lines) {
        text += part;
        if (killed || text.split("\n").length <= count) continue;
        // It is in the middle of whatever comes after that line; what it managed to say before it died still comes through the pipe.
        child.kill("SIGKILL");
        killed = true;
      }
      assert.equal((await child.status).signal, "SIGKILL");
      for (const line of text.split("\n").slice(0, -1)) acknowledged.add(Number(line));
      await using(directory, async (store) => {
        assert.equal((await store.openForReading()).validator, "5Validator");
        const rounds = await store.rounds(0);
        assert.deepEqual(rounds.map((row) => row.round), rounds.map((_, i) => i));
        const complete = new Set(rounds.filter((row) => row.state === "complete").map((row) => row.round));
        assert.deepEqual([...acknowledged].filter((number) => !complete.has(number)), [], "acknowledged, but lost");
        for (const row of rounds) {
          const keys = (await store.recordsOf(row.round)).map((r) => `${r.contender} ${r.env}`);
          assert.equal(new Set(keys).size, keys.length);
          // One append is one transaction: six records or none.
          assert.ok(keys.length === 6 || (keys.length === 0 && row.state === "open"));
        }
      });
    }
    assert.ok(acknowledged.size >= 28, "every process took up where the one before was killed");
  },
});

Deno.test({
  name: "openForReading() sees what a running validator has written, and writes nothing itself",
  permissions,
  async fn() {
    const directory = folder();
    await using(folder(), (store) => refused("missing", /There is no journal/, store.openForReading()));
    await opened(directory, async (writer) => {
      await writer.append([record({ round: 0, contender: ALICE })]);
      await using(directory, async (reader) => {
        assert.deepEqual(await reader.openForReading(), IDENTITY);
        assert.equal((await reader.recordsOf(0)).length, 1);
        await writer.append([record({ round: 0, contender: BOB })]);
        assert.equal((await reader.recordsOf(0)).length, 2);
        assert.equal(await reader.digest(), await writer.digest());
        await refused("read_only", /reading only/, reader.setMeta("a", "b"));
        await refused("read_only", /reading only/, reader.append([record({ round: 1 })]));
      });
      await writer.append([record({ round: 1 })]);
    });
    // Also when nobody is running, and the side files are gone.
    await using(directory, async (reader) => {
      await reader.openForReading();
      assert.equal((await reader.recordsOf(0)).length, 2);
    });
    await using(folder(), (store) => refused("closed", /is not open/, store.nextRound()));
  },
});

Deno.test({
  name: "open() refuses a journal of another identity and says what differs",
  permissions,
  async fn() {
    const directory = folder();
    await opened(directory, () => Promise.resolve());
    const others: [Partial<JournalIdentity>, RegExp][] = [
      [{ netuid: 121 }, /another netuid \(120, not 121\)/],
      [{ genesis: "0x00" }, /another chain/],
      [{ validator: "5Other" }, /another validator/],
      [{ parameters: "bb", netuid: 1 }, /another netuid .* and another set of parameters/],
    ];
    for (const [fields, pattern] of others) {
      await using(directory, (store) => refused("foreign", pattern, store.open({ ...IDENTITY, ...fields })));
    }
    await opened(directory, () => Promise.resolve());
  },
});

Deno.test({
  name: "open() refuses a damaged journal, one that is no journal, and one from the future",
  permissions,
  async fn() {
    const directory = folder();
    const path = `${directory}/journal.db`;
    await opened(directory, async (store) => {
      for (let i = 0; i < 40; i++) await store.append([record({ round: i, answer: "x".repeat(5000) })]);
    });
    const good = Deno.readFileSync(path);
    const damaged = (pattern: RegExp) => refused("corrupt", pattern, opened(directory, () => Promise.resolve()));
    const write = (bytes: Uint8Array) => Deno.writeFileSync(path, bytes);

    write(new Uint8Array(8192).fill(0x41));
    await damaged(/damaged/);
    write(new Uint8Array());
    await damaged(/only 0 bytes/);
    write(good.subarray(0, Math.floor(good.length / 2)));
    await damaged(/damaged/);
    write(good.subarray(0, 300));
    await damaged(/only 300 bytes/);
    const scribbled = good.slice();
    for (let i = 4096 * 3; i < scribbled.length; i += 4096) scribbled.fill(0xee, i, i + 64);
    write(scribbled);
    await damaged(/damaged/);
    Deno.removeSync(path);
    Deno.writeFileSync(`${path}-wal`, new Uint8Array(5000));
    await damaged(/journal.db is gone/);
    Deno.removeSync(`${path}-wal`);

    const alien = new DatabaseSync(path);
    alien.exec("CREATE TABLE somebody (name TEXT)");
    alien.close();
    await damaged(/no journal of af/);

    write(good);
    const later = new DatabaseSync(path);
    later.exec("PRAGMA user_version = 2");
    later.close();
    await refused("newer", /update af/, opened(directory, () => Promise.resolve()));
    write(good);
    await opened(directory, async (store) => assert.equal((await store.recordsOf(39)).length, 1));
  },
});

Deno.test({
  name:
    "checkPages() finds damage in the tables and newest records of a journal that is too large to be read as a whole",
  permissions,
  async fn() {
    const directory = folder();
    const path = `${directory}/journal.db`;
    await opened(directory, async (store) => {
      for (let i = 0; i < 40; i++) await store.append([record({ round: i, answer: "x".repeat(5000) })]);
    });
    const check = () => {
      const db = new Connection(path);
      try {
        return checkPages(db, { checkedBytes: 0 });
      } finally {
        db.close();
      }
    };
    assert.equal(check(), false);
    const good = Deno.readFileSync(path);
    Deno.writeFileSync(path, good.subarray(0, good.length - 4096 * 20));
    assert.throws(check, /damaged/);
    const root = rootPage(path, good, "cells");
    Deno.writeFileSync(path, good.slice().fill(0xee, (root - 1) * 4096, root * 4096));
    assert.throws(check, /damaged/);
  },
});

/** Number of the first page of a table, read from the undamaged bytes. */
function rootPage(path: string, good: Uint8Array, table: string): number {
  Deno.writeFileSync(path, good);
  const db = new DatabaseSync(path);
  const row = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(table);
  db.close();
  return Number(row?.rootpage);
}

Deno.test({
  name: "store says that the disk is full, keeps what it had, and takes part of a write never",
  permissions,
  async fn() {
    const directory = folder();
    const maxBytes = 1 << 20;
    const batch = (i: number) =>
      [ALICE, BOB].map((contender) => record({ round: i, contender, answer: "x".repeat(50_000) }));
    let written = 0;
    await opened(directory, async (store) => {
      const fill = async () => {
        for (;; written++) await store.append(batch(written));
      };
      await refused("full", /nothing of this step was written/, fill());
      assert.ok(written > 3);
      assert.equal((await store.recordsOf(written - 1)).length, 2);
      assert.equal((await store.recordsOf(written)).length, 0);
      await refused("full", /full/, store.putCache("big", new Uint8Array(900_000)));
      assert.equal(await store.getCache("big"), null);
    }, { maxBytes });
    await opened(directory, async (store) => {
      await store.append(batch(written));
      assert.equal((await store.recordsOf(written)).length, 2);
    });
  },
});

Deno.test({
  name: "openStore() refuses a folder that is not absolute",
  permissions: "none",
  async fn() {
    await assert.rejects(openStore({ directory: "data" }), TypeError);
  },
});
