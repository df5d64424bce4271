/** An OpenAI-compatible endpoint such as a validator runs itself: some models by name, and faults on demand. @module */
import { badBody, type BodyFault } from "../core/local/chutes_faults.ts";

/** What a model answers. */
export type Answer = (question: { readonly prompt: string; readonly system: string }) => string;

/** What can be wrong with it. */
export interface EndpointFaults {
  /** Status of everything. */
  readonly status?: number;
  /** Status of completions alone. */
  readonly completions?: number;
  readonly body?: BodyFault;
  /** Body of the list of models. */
  readonly list?: string;
  readonly delayMs?: number;
  readonly finish?: string;
}

/** An endpoint that runs. */
export interface Endpoint {
  /** Its base, with `/v1`. */
  readonly url: string;
  readonly models: Map<string, Answer>;
  faults: EndpointFaults;
  /** Bodies of the completions that were asked for, in order. */
  readonly asked: { readonly model: string; readonly prompt: string; readonly body: Record<string, unknown> }[];
  close(): Promise<void>;
}

/** Starts it on loopback. `key` = what it wants as a bearer token, if anything. */
export function startEndpoint(models: Readonly<Record<string, Answer>>, { key }: { key?: string } = {}): Endpoint {
  const handle = async (request: Request): Promise<Response> => {
    const { faults } = endpoint;
    if (key !== undefined && request.headers.get("authorization") !== `Bearer ${key}`) {
      return Response.json({ error: "Unauthorized" }, { status: 401 });
    }
    if (faults.status !== undefined) return new Response(null, { status: faults.status });
    const { pathname } = new URL(request.url);
    if (pathname === "/v1/models") {
      if (faults.list !== undefined) return new Response(faults.list);
      return Response.json({
        object: "list",
        data: [...endpoint.models.keys()].map((id) => ({ id, object: "model" })),
      });
    }
    if (pathname !== "/v1/chat/completions") return new Response(null, { status: 404 });
    const body = await request.json();
    const said = (role: string) => body.messages.find((one: { role: string }) => one.role === role)?.content ?? "";
    endpoint.asked.push({ model: body.model, prompt: said("user"), body });
    if (faults.delayMs) await new Promise((resolve) => setTimeout(resolve, faults.delayMs));
    if (faults.completions !== undefined) return new Response(null, { status: faults.completions });
    if (faults.body) return badBody(faults.body, { bytes: 0 });
    const answer = endpoint.models.get(body.model);
    if (!answer) return Response.json({ error: { message: "model not found" } }, { status: 404 });
    const content = answer({ prompt: said("user"), system: said("system") });
    return Response.json({
      choices: [{ message: { role: "assistant", content }, finish_reason: faults.finish ?? "stop" }],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
    });
  };
  const onError = () => new Response(null, { status: 500 });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {}, onError }, handle);
  const endpoint: Endpoint = {
    url: `http://127.0.0.1:${server.addr.port}/v1`,
    models: new Map(Object.entries(models)),
    faults: {},
    asked: [],
    close: () => server.shutdown(),
  };
  return endpoint;
}
