import { equal, ok, rejects } from "node:assert/strict";
import { openRoom } from "./open.ts";

Deno.test({
  name: "openRoom() gives up a room whose call takes too long",
  permissions: { read: true, env: true, net: ["127.0.0.1"] },
  async fn() {
    // It takes connections and never answers, so the look-up below stays under way.
    const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const host = `127.0.0.1:${(silent.addr as Deno.NetAddr).port}`;
    const died = Promise.withResolvers<string>();
    const room = await openRoom<{ configure(settings: unknown): Promise<void>; resolve(id: string): Promise<void> }>(
      "chutes",
      { scope: { net: [host] }, callTimeoutMs: 300, onDeath: (error) => died.resolve(error.code) },
    );
    await room.call.configure({
      inferenceUrl: `http://${host}/{slug}/v1`,
      managementUrl: `http://${host}`,
      apiKey: "",
      concurrency: 1,
      perContender: 1,
      maxAnswerBytes: 1000,
      hostPerSlug: false,
    });
    const hanging = rejects(room.call.resolve("00000000-0000-0000-0000-000000000000"), { code: "hung" });
    equal(await died.promise, "hung");
    await hanging;
    await rejects(room.probe("env", "HOME"), { code: "hung" });
    silent.close();
  },
});

Deno.test({
  name: "openRoom() rejects calls of a method that the room does not have, and goes on",
  permissions: { read: true, env: true, net: ["127.0.0.1"] },
  async fn() {
    const room = await openRoom<{ nothing(): Promise<void> }>("chutes", { scope: { net: ["127.0.0.1:9"] } });
    await rejects(room.call.nothing(), TypeError);
    ok((await room.probe("env", "HOME")) === "denied");
    room.close();
  },
});

Deno.test({
  name: "close() is no death: onDeath stays silent, later calls reject",
  permissions: { read: true, env: true, net: ["127.0.0.1"] },
  async fn() {
    let deaths = 0;
    const room = await openRoom("chutes", { scope: { net: ["127.0.0.1:9"] }, onDeath: () => deaths++ });
    room.close();
    await rejects(room.probe("env", "HOME"), { code: "closed" });
    equal(deaths, 0);
  },
});
