/** Passes a request on to another OpenAI-compatible endpoint, so that a real model can be a miner of the local network. @module */

// A small model on two cores may take minutes; no validator waits longer.
const LONGEST_MS = 300_000;

/** Names of the models that endpoints serve, by base URL: most of them refuse a name that is not theirs. */
const names = new Map<string, Promise<string | null>>();

async function servedName(base: string): Promise<string | null> {
  try {
    const response = await fetch(`${base}/models`, { signal: AbortSignal.timeout(5_000) });
    const list = await response.json();
    const id = list?.data?.[0]?.id;
    return typeof id === "string" ? id : null;
  } catch {
    // An endpoint without a list of models takes any name.
    return null;
  }
}

/** The endpoint's answer to a chat completion request, or 502 where it does not answer. */
export async function forward(base: string, body: Record<string, unknown>): Promise<Response> {
  const url = base.replace(/\/+$/, "");
  if (!names.has(url)) names.set(url, servedName(url));
  const model = await names.get(url) ?? body.model;
  try {
    const answer = await fetch(`${url}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...body, model }),
      signal: AbortSignal.timeout(LONGEST_MS),
    });
    const headers = { "content-type": answer.headers.get("content-type") ?? "application/json" };
    return new Response(answer.body, { status: answer.status, headers });
  } catch {
    names.delete(url);
    return Response.json({ detail: "The endpoint behind this chute does not answer" }, { status: 502 });
  }
}
