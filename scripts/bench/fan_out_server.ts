/** A server of chat completions that takes 200 ms for each; prints its port. Runs until it is killed. @module */

const answer = "The sum is taken step by step. ".repeat(48);
const body = JSON.stringify({
  choices: [{ message: { role: "assistant", content: answer }, finish_reason: "stop" }],
  usage: { prompt_tokens: 400, completion_tokens: 300 },
});

if (import.meta.main) {
  Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log(port) }, async (request) => {
    await request.arrayBuffer();
    await new Promise((next) => setTimeout(next, 200));
    return new Response(body, { headers: { "content-type": "application/json" } });
  });
}
