/** JSON-RPC over a socket that is open. @module */

/** Calls a method of a node and waits for its result. @throws {Error} with what the node says. */
export function call(
  socket: WebSocket,
  id: number,
  request: { method: string; params: readonly unknown[] },
): Promise<unknown> {
  return new Promise<unknown>((resolve, reject) => {
    const hear = (event: MessageEvent) => {
      const message = JSON.parse(event.data);
      if (message.id !== id) return;
      socket.removeEventListener("message", hear);
      if (message.error) reject(new Error(JSON.stringify(message.error)));
      else resolve(message.result);
    };
    socket.addEventListener("message", hear);
    socket.send(JSON.stringify({ jsonrpc: "2.0", id, ...request }));
  });
}
