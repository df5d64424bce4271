import { equal, throws } from "node:assert/strict";
import { isPublic, mayConnect, objectUrl } from "./address.ts";

Deno.test({
  name: "isPublic() is true for addresses of the internet alone",
  permissions: "none",
  fn() {
    for (const one of ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "223.255.255.255", "2606:4700::1111"]) {
      equal(isPublic(one), true, one);
    }
    const foreign = [
      ...["127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254"],
      ...["100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.7"],
      ...["::1", "::", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "::ffff:a00:1", "64:ff9b::a00:1", "2002:a00:1::"],
      ...["2001:db8::1", "2001::1", "ff02::1", "example.org", ""],
    ];
    for (const one of foreign) equal(isPublic(one), false, one);
    equal(mayConnect("127.0.0.1", { loopback: true }), true);
    equal(mayConnect("10.0.0.1", { loopback: true }), false);
    equal(mayConnect("127.0.0.1", { loopback: false }), false);
  },
});

Deno.test({
  name: "objectUrl() refuses what a stranger should not make us ask",
  permissions: "none",
  fn() {
    const hash = "ab".repeat(32);
    const ask = (url: string, loopback = false) => objectUrl(url, hash, { loopback }).href;
    equal(ask("https://host.example/af"), `https://host.example/af/objects/${hash}`);
    equal(ask("http://127.0.0.1:9/x", true), `http://127.0.0.1:9/x/objects/${hash}`);
    const hostile = [
      ...["http://127.0.0.1:9/x", "http://host.example", "https://127.0.0.1", "https://10.0.0.1/x", "https://[::1]/x"],
      ...["https://[fd00::1]", "https://a:b@host.example", "https://host.example?x", "file:///etc/passwd"],
    ];
    for (const url of hostile) throws(() => ask(url), { code: "refused" }, url);
    throws(() => objectUrl("https://host.example", "../x", { loopback: false }), { code: "refused" });
  },
});
