/** Phrases: words for people that stand for a key. Pure, but for fresh ones. @module */
import { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { utf8 } from "../base/bytes.ts";
import { SEED_BYTES } from "./keypair.ts";

/** How many words a phrase can have. */
export const PHRASE_LENGTHS = [12, 15, 18, 21, 24] as const;
/** One of {@linkcode PHRASE_LENGTHS}. */
export type PhraseLength = typeof PHRASE_LENGTHS[number];

/** A fresh phrase from the system's randomness. */
export function newPhrase(words: PhraseLength): string {
  // Three words hold 32 bits of entropy and one of the checksum.
  const entropy = crypto.getRandomValues(new Uint8Array(words / 3 * 4));
  try {
    return entropyToMnemonic(entropy, wordlist);
  } finally {
    entropy.fill(0);
  }
}

/** The words of a phrase with one space between them. */
export function tidyPhrase(phrase: string): string {
  return phrase.trim().toLowerCase().split(/\s+/).join(" ");
}

/**
 * Substrate's way from words to a seed: the entropy itself is stretched, not (as BIP39 says) the words. Null if they are no phrase;
 * an error of the library could quote a word.
 */
export function seedOfPhrase(phrase: string): Uint8Array | null {
  let entropy: Uint8Array;
  try {
    entropy = mnemonicToEntropy(tidyPhrase(phrase), wordlist);
  } catch {
    return null;
  }
  const stretched = pbkdf2(sha512, entropy, utf8("mnemonic"), { c: 2048, dkLen: 64 });
  const seed = stretched.slice(0, SEED_BYTES);
  stretched.fill(0);
  entropy.fill(0);
  return seed;
}
