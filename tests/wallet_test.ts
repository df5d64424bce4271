/** `af wallet` as a person, a script and somebody hostile meet it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { KeyFacts, SignedText } from "../core/keyring/types.ts";
import { formatKeyfile } from "../core/wallet/keyfile.ts";
import { AF, environment, makeScene, type Ran } from "./wallet_scene.ts";

const PHRASE = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
const SEED = "fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e";
const ADDRESS = "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV";
const PLAIN = ["--no-password", "--hide-phrase"];

function refused(ran: Ran, sentence: RegExp, code = 1): void {
  assert.equal(ran.code, code, ran.stderr);
  assert.equal(ran.stdout, "");
  assert.match(ran.stderr, sentence);
  assert.match(ran.stderr, /^af: [^\n]+\n$/, "one sentence");
}

Deno.test("af wallet new makes a wallet once, and never over another one unasked", async () => {
  await using scene = await makeScene();
  refused(await scene.run(["list"]), /There are no wallets at \S+; af wallet new makes one$/m);
  refused(await scene.run(["new", "--no-password"]), /no terminal to show the phrase on; .*--hide-phrase/);
  refused(await scene.run(["new", "--hide-phrase"]), /new coldkey default needs a password: run af on a terminal/);
  refused(
    await scene.run(["new", "--hide-phrase", "--password-fd", "0"], { stdin: "short\n" }),
    /at least 8 characters/,
  );
  assert.deepEqual(scene.files(), []);
  const [cold, hot] = await scene.json<KeyFacts[]>(["new", ...PLAIN]);
  assert.deepEqual([cold!.kind, cold!.name, hot!.kind, hot!.name], ["coldkey", "default", "hotkey", "default"]);
  const files = [
    "700 default",
    "600 default/coldkey",
    "600 default/coldkeypub.txt",
    "700 default/hotkeys",
    "600 default/hotkeys/default",
    "600 default/hotkeys/defaultpub.txt",
  ];
  assert.deepEqual(scene.files(), files);
  refused(await scene.run(["new", ...PLAIN]), /already; it was left as it is; af wallet new hotkey adds a hotkey/);
  refused(await scene.run(["new", "hotkey", ...PLAIN]), /hotkeys\/default already; it was left as it is$/m);
  const [, same] = await scene.json<KeyFacts[]>(["show"]);
  assert.equal(same!.address, hot!.address);
  const [other] = await scene.json<KeyFacts[]>(["new", "hotkey", "--force", ...PLAIN]);
  assert.notEqual(other!.address, hot!.address);
  assert.deepEqual(scene.files(), files);
  assert.equal((await scene.json<KeyFacts[]>(["show", "--unlock", "--hotkey", "default"]))[0]!.address, other!.address);
});

Deno.test("af wallet import takes phrase, seed or address, and nothing else", async () => {
  await using scene = await makeScene();
  const imported = async (name: string, stdin: string) =>
    (await scene.json<KeyFacts>(["import", "hotkey", "--hotkey", name, "--secret-fd", "0"], {
      stdin,
    }) as unknown as KeyFacts[])[0]!
      .address;
  assert.equal(await imported("phrase", `  ${PHRASE.toUpperCase().replaceAll(" ", "   ")} \r\n`), ADDRESS);
  assert.equal(await imported("seed", `0x${SEED}`), ADDRESS);
  assert.equal(JSON.parse(await Deno.readTextFile(join(scene.wallets, "default/hotkeys/phrase"))).secretPhrase, PHRASE);
  const before = scene.files();
  for (
    const stdin of [`${PHRASE} walk`, PHRASE.replace("walk", "drive"), `${SEED}00`, "\x00\xff", "x".repeat(5000), ""]
  ) {
    const ran = await scene.run(["import", "hotkey", "--hotkey", "bad", "--secret-fd", "0"], { stdin });
    refused(ran, /(neither a phrase of 12 to 24 English words|must hold the secret as one line)/);
    assert.ok(!/bottom|fac7959d/.test(ran.stderr));
  }
  refused(await scene.run(["import", "hotkey"]), /asked for on a terminal; or give it by --secret-fd N/);
  refused(await scene.run(["import", "hotkey", "--secret-fd", "9"]), /File descriptor 9 cannot be read/);
  refused(
    await scene.run(["import", "coldkey", "--secret-fd", "0", "--password-fd", "0"]),
    /cannot be in one open file/,
    2,
  );
  refused(await scene.run(["import", "coldkeypub"]), /needs --address/, 2);
  refused(await scene.run(["import", "coldkeypub", "--address", "5Nonsense"]), /"5Nonsense" is no SS58 address/, 2);
  assert.deepEqual(scene.files(), before);
  const [cold] = await scene.json<KeyFacts[]>(["import", "coldkeypub", "--address", ADDRESS]);
  assert.deepEqual([cold!.secret, cold!.address], ["public", ADDRESS]);
  refused(await scene.run(["sign", "x"]), /There is no keyfile at \S+\/coldkey; /);
});

Deno.test("af wallet refuses names, paths and messages that lead elsewhere, and writes nothing", async () => {
  await using scene = await makeScene();
  for (const name of ["..", ".", "", "a/b", "../../x", "a\\b", "a\nb", "\x1b[2J", "a\u202eb", "x".repeat(300)]) {
    const sentence = /name .* (is no file name|has characters that cannot be seen)/;
    refused(await scene.run(["new", "--coldkey", name, ...PLAIN]), sentence);
    if (name !== "") refused(await scene.run(["sign", "x", "--hotkey", name]), sentence);
  }
  refused(await scene.run(["new", "--hotkey", "xpub.txt", ...PLAIN]), /ends with pub.txt/);
  refused(await scene.run(["new", "--password-fd", "1", ...PLAIN]), /must be 0 \(stdin\), or 3 and more/i, 2);
  refused(await scene.run(["new", "--password", "secret"]), /unknown option '--password'/i, 2);
  refused(await scene.run(["new", "--words", "13"]), /12, 15, 18, 21, 24/, 2);
  refused(await scene.run(["new", "purse"]), /both, coldkey, hotkey/, 2);
  refused(await scene.run(["list", "--wallet-path", ""]), /must name a folder/, 2);
  assert.deepEqual(scene.files(), []);
  await scene.json(["new", ...PLAIN]);
  const batch = `af-batch-v1\n{"a":1}`;
  refused(await scene.run(["sign", batch]), /only its signer signs/);
  refused(await scene.run(["sign", "-"], { stdin: "\x84\x00\x01" }), /control characters|no UTF-8/);
  refused(await scene.run(["sign", ""]), /is empty/);
  refused(
    await scene.run(["verify", "5Nonsense", "00".repeat(64), "x"]),
    /neither an SS58 address nor a public key/,
    2,
  );
  refused(await scene.run(["verify", ADDRESS, "0x12", "x"]), /128 hex digits/, 2);
});

Deno.test("af wallet signs and verifies texts of every kind", async () => {
  await using scene = await makeScene();
  await scene.json(["new", ...PLAIN]);
  for (const text of ["x", "0x1234", "-v", "Grüße\n\t世界 😀", " spaces ", "--json"]) {
    const { address, signature } = await scene.json<SignedText>(["sign", "-"], { stdin: `${text}\n` });
    const again = await scene.run(["verify", address, signature.slice(2), "-"], { stdin: text });
    assert.deepEqual([again.code, again.stdout], [0, `Valid: signed by ${address}\n`]);
    assert.equal((await scene.run(["verify", address, signature, "--", `${text}!`])).code, 1);
  }
});

Deno.test("af wallet works where folder, wallet and file are links, and touches nothing besides", async () => {
  await using scene = await makeScene();
  const disk = join(scene.home, "disk");
  await Deno.mkdir(join(disk, "keys"), { recursive: true });
  await Deno.mkdir(join(scene.home, "real"));
  await Deno.mkdir(join(scene.home, ".bittensor"));
  await Deno.symlink(join(scene.home, "real"), scene.wallets);
  await Deno.mkdir(join(disk, "w", "hotkeys"), { recursive: true });
  await Deno.symlink(join(disk, "w"), join(scene.wallets, "linked"));
  const [, hot] = await scene.json<KeyFacts[]>(["new", "--coldkey", "linked", ...PLAIN]);
  assert.ok(await Deno.stat(join(disk, "w", "hotkeys", "default")));
  await Deno.writeTextFile(join(disk, "keys", "h"), formatKeyfile(new Uint8Array(32).fill(9)), { mode: 0o600 });
  await Deno.symlink(join(disk, "keys", "h"), join(disk, "w", "hotkeys", "far"));
  assert.equal((await scene.run(["sign", "x", "--coldkey", "linked", "--hotkey", "far"])).code, 0);
  const listed = await scene.json<KeyFacts[]>(["list"]);
  assert.deepEqual(listed.map(({ kind, name }) => `${kind} ${name}`), [
    "coldkey linked",
    "hotkey default",
    "hotkey far",
  ]);
  assert.equal(listed[1]!.address, hot!.address);
  // The link of a name that is taken is not followed, not even with --force: it is replaced.
  const target = await Deno.readTextFile(join(disk, "keys", "h"));
  refused(await scene.run(["new", "hotkey", "--coldkey", "linked", "--hotkey", "far", ...PLAIN]), /already/);
  await scene.json(["new", "hotkey", "--coldkey", "linked", "--hotkey", "far", "--force", ...PLAIN]);
  assert.equal(await Deno.readTextFile(join(disk, "keys", "h")), target);
});

Deno.test("two processes that make one wallet: one of them does, and its halves fit", async () => {
  await using scene = await makeScene();
  const ends = await Promise.all([1, 2, 3].map(() => scene.run(["new", "--json", ...PLAIN])));
  const won = ends.filter(({ code }) => code === 0);
  assert.equal(won.length, 1, ends.map(({ stderr }) => stderr).join());
  for (const ran of ends.filter(({ code }) => code !== 0)) refused(ran, /already; it was left as it is/);
  assert.deepEqual(await scene.json(["show"]), JSON.parse(won[0]!.stdout));
  assert.equal(scene.files().length, 6);
});

Deno.test("no output of af wallet holds a secret, at any verbosity", async () => {
  await using scene = await makeScene();
  const variable = `BT_PW_${scene.wallets.replaceAll(/[/.]/g, "_").toUpperCase()}_DEFAULT_COLDKEY`;
  const env = { [variable]: "a password of mine" };
  const all: Ran[] = [];
  const run = async (...args: string[]) => void all.push(await scene.run([...args, "-vvv"], { env }));
  all.push(await scene.run(["import", "hotkey", "--secret-fd", "0", "-vvv"], { stdin: PHRASE, env }));
  await run("new", "coldkey", "--hide-phrase");
  await run("sign", "x", "--hotkey", "default");
  await run("list");
  await run("show", "--json");
  const path = join(scene.wallets, "default", "hotkeys", "default");
  const text = await Deno.readTextFile(path);
  // Broken in ways in which a parser likes to quote what it read.
  for (
    const broken of [
      text.slice(0, -1),
      text.replace(SEED, `${SEED}0`),
      text.replace(ADDRESS, ADDRESS.replace("5D", "5E")),
    ]
  ) {
    await Deno.writeTextFile(path, broken);
    await run("sign", "x", "--hotkey", "default");
    await run("list");
  }
  const said = all.map(({ stdout, stderr }) => stdout + stderr).join("\n");
  assert.ok(said.includes("is no Bittensor keyfile"));
  for (const secret of ["bottom", SEED.slice(0, 12), "a password of mine"]) assert.ok(!said.includes(secret), secret);
  assert.match(
    await Deno.readTextFile(join(scene.wallets, "default", "coldkey")).catch((e) => String(e)),
    /^\$NACL|UTF-8/,
  );
});

const python = await new Deno.Command("python3", { args: ["--version"], stdout: "null", stderr: "null" }).output()
  .then(({ success }) => success, () => false);

/** Runs a program on a terminal of its own, types what belongs behind each question, and prints all that it showed. */
const PTY = `
import os, pty, sys, json, select, time
line, answers = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0: os.execvp(line[0], line)
shown, at = b"", 0
while True:
    try: chunk = os.read(fd, 65536)
    except OSError: break
    if not chunk: break
    shown += chunk
    if answers and answers[0][0].encode() in shown[at:]:
        at = len(shown)
        time.sleep(0.3)
        os.write(fd, answers.pop(0)[1].encode())
print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()]))
`;

Deno.test({
  name: `on a terminal passwords are not shown, and the phrase is, once${python ? "" : " [skipped: no python3 here]"}`,
  ignore: !python,
  async fn() {
    await using scene = await makeScene();
    const out = join(scene.home, "out");
    const onTerminal = async (args: string, answers: readonly [question: string, answer: string][]) => {
      const line = ["sh", "-c", `exec "$@" wallet ${args}`, "sh", ...AF];
      const { stdout, stderr } = await new Deno.Command("python3", {
        args: ["-c", PTY, JSON.stringify([line, answers])],
        env: environment(scene.home),
        clearEnv: true,
      }).output();
      const text = new TextDecoder().decode(stdout);
      assert.ok(text.startsWith("["), new TextDecoder().decode(stderr));
      const [code, shown] = JSON.parse(text) as [number, string];
      return { code, shown };
    };
    const twice: [string, string][] = [["Password for the new coldkey", "hush hush 1\r"], ["again", "hush hush 1\r"]];
    const made = await onTerminal(`new coldkey --json > ${out}`, twice);
    assert.equal(made.code, 0, made.shown);
    assert.ok(!made.shown.includes("hush"), made.shown);
    assert.match(made.shown, /Write these words down/);
    const phrase = /\n {2}((?:[a-z]+ ){11}[a-z]+)\r?\n/.exec(made.shown)?.[1];
    assert.ok(phrase, made.shown);
    assert.equal(made.shown.split(phrase).length, 2, "once");
    assert.ok(!(await Deno.readTextFile(out)).includes(phrase));
    const differ = await onTerminal("new coldkey --coldkey b", [twice[0]!, ["again", "hush hush 2\r"]]);
    assert.equal(differ.code, 1);
    assert.match(differ.shown, /af: The two passwords differ; nothing was changed/);
    const opened = await onTerminal("show --unlock", [
      ["Password of", "not this one\r"],
      ["does not open it", "hush hush 9\x7f1\r"],
    ]);
    assert.equal(opened.code, 0, opened.shown);
    assert.match(opened.shown, /the secret belongs to the address/);
    const taken = await onTerminal("import hotkey", [["not shown", `${phrase}\r`]]);
    assert.equal(taken.code, 0, taken.shown);
    assert.ok(!taken.shown.includes(phrase));
    const cancelled = await onTerminal("import hotkey --hotkey c", [["not shown", "\x03"]]);
    assert.equal(cancelled.code, 130, cancelled.shown);
    const [cold, hot, ...more] = await scene.json<KeyFacts[]>(["list"]);
    assert.deepEqual([hot!.address, more], [cold!.address, []]);
  },
});
