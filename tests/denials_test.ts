/** The permission table, proven: rooms and processes try every right that they were not granted, in source and in the binary. @module */
import { deepEqual, equal, ok } from "node:assert/strict";
import { FOREIGN, type TriedRight, wrongRights } from "../cli/rights.ts";
import { PROBE_KINDS } from "../core/room/message.ts";
import { roomUrl } from "../core/room/open.ts";
import { grants, type RoomRights, ROOMS, TABLE } from "../core/room/table.ts";

/** The table as it was decided. Whoever widens a row changes this too, and says why. */
const DECIDED: Record<typeof ROOMS[number], RoomRights> = {
  audit: { net: false, read: true, write: false, env: [] },
  bucket: {
    net: true,
    read: false,
    write: false,
    env: [
      "AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA",
      "AWS_LAMBDA_BENCHMARK_MODE",
      "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED",
      "AWS_PROFILE",
      "AWS_SHARED_CREDENTIALS_FILE",
      "AWS_CONFIG_FILE",
      "HOME",
      "USERPROFILE",
      "HOMEPATH",
      "HOMEDRIVE",
      "AWS_EXECUTION_ENV",
      "AWS_LAMBDA_FUNCTION_NAME",
      "_X_AMZN_TRACE_ID",
      "AWS_LAMBDA_MAX_CONCURRENCY",
    ],
    sys: ["osRelease"],
  },
  chain: {
    net: true,
    read: false,
    write: false,
    env: ["POLKADOTJS_DISABLE_ESM_CJS_WARNING", "DEBUG", "DEBUG_MAX", "WS_NO_BUFFER_UTIL"],
  },
  chutes: { net: true, read: false, write: false, env: [] },
  hub: { net: true, read: false, write: false, env: [] },
  keyring: { net: false, read: true, write: true, env: ["BT_PW_*"] },
  // Strangers say where their copies are: no list of hosts can be known before. Nothing worth stealing is in this room.
  peers: { net: "any", read: false, write: false, env: [] },
  sandbox: { net: true, read: false, write: false, env: [] },
  signer: { net: true, read: false, write: false, env: [] },
  sim: { net: false, read: false, write: false, env: [] },
  store: { net: false, read: true, write: true, env: [] },
  wallet: { net: false, read: true, write: true, env: ["BT_PW_*"] },
};

async function rightsOf(program: string, args: readonly string[]): Promise<TriedRight[]> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args, "@rights"] }).output();
  const text = new TextDecoder().decode(stdout);
  ok(text.startsWith("["), new TextDecoder().decode(stderr));
  const tried = JSON.parse(text) as TriedRight[];
  equal(code, wrongRights(tried).length === 0 ? 0 : 1);
  return tried;
}

function check(tried: readonly TriedRight[]): void {
  deepEqual(wrongRights(tried), []);
  for (const room of ROOMS) {
    const foreign = tried.filter((one) => one.who === room && one.target === "foreign");
    const denied = PROBE_KINDS.filter((kind) => kind !== "net" || TABLE[room].net !== "any");
    deepEqual(foreign.map((one) => one.kind).sort(), [...denied].sort());
  }
  for (const process of ["supervisor, broker", "validator, signer, local", "runner"]) {
    ok(tried.some((one) => one.who === process), `${process} tried nothing`);
  }
  console.log(`${tried.length} rights tried, ${tried.filter((one) => one.result === "denied").length} denied`);
}

Deno.test("TABLE is as it was decided", () => {
  deepEqual(TABLE, DECIDED);
});

Deno.test("grants() gives nothing that the scope does not name, and refuses what the table does not allow", () => {
  for (const room of ROOMS) {
    const { env, sys, ...rest } = grants(room, {});
    deepEqual(Object.values(rest), [false, false, false, false, false, false]);
    deepEqual(env, TABLE[room].env.length ? TABLE[room].env : false);
    deepEqual(sys, TABLE[room].sys ?? false);
    for (const kind of ["net", "read", "write"] as const) {
      let refused = false;
      try {
        grants(room, { [kind]: ["/x"] });
      } catch (error) {
        refused = error instanceof RangeError;
      }
      equal(refused, !TABLE[room][kind], `${room} ${kind}`);
    }
  }
});

Deno.test("every room is denied every right that it was not granted, in source", async () => {
  check(await rightsOf(Deno.execPath(), ["run", "-A", "--quiet", "--no-prompt", "main.ts"]));
});

const binary = Deno.env.get("AF_BIN") ?? "build/af";
const isBuilt = await Deno.stat(binary).then((file) => file.isFile, () => false);
Deno.test({
  name: `every room is denied every right that it was not granted, in the binary${
    isBuilt ? "" : " [skipped: build/af is not there; deno task compile makes it]"
  }`,
  ignore: !isBuilt,
  fn: async () => check(await rightsOf(binary, [])),
});

Deno.test("a room with any right widened is caught by the same probes", async () => {
  // A right that is wide open shows in the probe's answer, so a probe that says `denied` has tried something real.
  for (const room of ROOMS) {
    const worker = new Worker(roomUrl(room), {
      type: "module",
      deno: {
        permissions: { read: true, write: true, net: true, env: true, run: true, sys: true, ffi: true, import: true },
      },
    } as WorkerOptions);
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = (event) => event.data.ready && resolve();
      worker.onerror = (event) => reject(new Error(event.message));
    });
    for (const kind of PROBE_KINDS) {
      const target = kind === "write" ? await Deno.makeTempFile() : FOREIGN[kind];
      const result = await new Promise<string>((resolve) => {
        worker.onmessage = (event) => resolve(String(event.data.value));
        worker.postMessage({ id: 1, method: "room.probe", args: [kind, target] });
      });
      ok(result.startsWith("granted"), `${room} ${kind}: ${result}`);
      if (kind === "write") await Deno.remove(target);
    }
    worker.terminate();
  }
});
