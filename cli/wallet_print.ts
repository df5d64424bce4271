/** Keys as tables. @module */
import type { KeyFacts } from "../core/keyring/types.ts";
import type { Print } from "./print.ts";

/** How a secret is kept, in words. */
const KEPT: Readonly<Record<KeyFacts["secret"], string>> = {
  plain: "no password",
  nacl: "password",
  ansible: "password (old form: Ansible vault)",
  fernet: "password (old form: Fernet)",
  public: "not here",
  unknown: "?",
};

/** Prints keys: a table for people, all facts for programs. */
export function printKeys(print: Print, keys: readonly KeyFacts[]): void {
  const broken = keys.some((key) => key.problem !== null);
  print.table(
    [
      { title: "WALLET", cell: (key: KeyFacts) => key.wallet },
      { title: "KEY", cell: (key) => key.kind === "coldkey" ? "coldkey" : `hotkey ${key.name}` },
      { title: "ADDRESS", cell: (key) => key.address ?? "?" },
      { title: "SECRET", cell: (key) => KEPT[key.secret] },
      ...broken ? [{ title: "PROBLEM", cell: (key: KeyFacts) => key.problem ?? "" }] : [],
    ],
    keys,
  );
}

/** One key in lines. */
export function keyText(key: KeyFacts): string {
  const lines: [string, string | null][] = [
    [key.kind, key.name],
    ["address", key.address ?? "?"],
    ["public key", key.publicKey],
    ["file", key.path],
    ["secret", KEPT[key.secret]],
    ["password in", key.secret === "nacl" || key.secret === "ansible" || key.secret === "fernet" ? key.variable : null],
    ["problem", key.problem],
  ];
  return lines.filter(([, value]) => value !== null).map(([name, value]) => `${name.padEnd(12)}${value}`).join("\n");
}
