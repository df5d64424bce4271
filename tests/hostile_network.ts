/** Hostile corpus: Python that wants to reach somebody. @module */
import { type Attack, attacks, REACHED, SAYS } from "./hostile_entry.ts";

/** All of them. */
export const NETWORK: readonly Attack[] = attacks("python", "network", { native: REACHED }, {
  "a TCP connection": `
import socket
s = socket.create_connection(("127.0.0.1", {PORT}), 2)
s.sendall(b"x")
print("GOT: connected")`,
  "a raw connect() without a name": `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.connect(("127.0.0.1", {PORT}))
print("GOT: connected")`,
  "_socket behind a patched socket": `
import _socket
s = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM, 0)
s.connect(("127.0.0.1", {PORT}))
print("GOT: connected")`,
  "a UDP datagram": `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.sendto(b"x", ("127.0.0.1", {UDP}))
print("GOT: sent")`,
  "HTTP by urllib": `
import urllib.request
print("GOT:", urllib.request.urlopen("http://127.0.0.1:{PORT}/", timeout=1).status)`,
  "HTTP by http.client": `
import http.client
c = http.client.HTTPConnection("127.0.0.1", {PORT}, timeout=1)
c.request("GET", "/")
print("GOT:", c.getresponse().status)`,
  "asyncio opens a connection": `
import asyncio
async def go():
    await asyncio.open_connection("127.0.0.1", {PORT})
    print("GOT: connected")
asyncio.run(go())`,
  "DNS asks for a name": [`import socket; print("GOT:", socket.getaddrinfo("localhost", 80))`, { native: SAYS }],
  "gethostbyname asks for a name": [`import socket; print("GOT:", socket.gethostbyname("localhost"))`, {
    native: SAYS,
  }],
  "a socket that listens": [
    `
import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
print("GOT:", s.getsockname())`,
    { native: SAYS },
  ],
  "a socket pair and a UNIX socket": [
    `
import socket
a, b = socket.socketpair()
a.send(b"x"); print("GOT:", b.recv(1))`,
    { native: SAYS },
  ],
});
