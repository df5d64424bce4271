/** What a person's key signs: text, and nothing that a machine could take for its own. Pure. @module */
import { WalletError } from "../base/errors.ts";

/** Longest text that is signed, in characters. */
export const MAX_TEXT = 1_000_000;

/**
 * A text that may be signed. Extrinsics, whole or as a hash, are bytes with control characters among them in all but a vanishing
 * share of cases; heads of batches and index pages begin with a tag. Neither can be had by calling it a text.
 * @throws {WalletError} `refused`.
 */
export function checkText(text: string): void {
  const refuse = (why: string): never => {
    throw new WalletError(`The text ${why}`, { code: "refused" });
  };
  if (text === "") refuse("is empty; there is nothing to sign");
  if (text.length > MAX_TEXT) refuse(`is longer than ${MAX_TEXT} characters`);
  if (!text.isWellFormed()) refuse("is no Unicode");
  if (/[^\P{Cc}\t\r\n]/u.test(text)) {
    refuse("has control characters, as an extrinsic has; af signs only what can be read");
  }
  if (/^af-[a-z]+-v\d+\n/.test(text)) refuse("looks like a record of a validator, which only its signer signs");
}
