/** What the keyring room is asked and answers. Types only. @module */
import type { Encryption } from "../wallet/cipher.ts";
import type { PhraseLength } from "../wallet/phrase.ts";

/** Where the wallets are. */
export interface Place {
  /** Folder of the wallets, links resolved. */
  readonly root: string;
  /** The same as the user writes it, with the tilde resolved: names the variables of passwords. */
  readonly typed: string;
}

/** Which key of a wallet. */
export interface KeyName extends Place {
  readonly coldkey: string;
  /** Null = the coldkey itself. */
  readonly hotkey: string | null;
}

/** Where a secret is read from: a number of an open file, null = variable (passwords only), then terminal. */
export interface FromFd {
  readonly passwordFd: number | null;
}

/** Options of {@linkcode KeyringRoom.make}. */
export interface MakeOptions extends Place, FromFd {
  readonly coldkey: string;
  readonly hotkey: string;
  readonly which: "both" | "coldkey" | "hotkey";
  readonly words: PhraseLength;
  /** Which of them get a password. */
  readonly encrypt: { readonly coldkey: boolean; readonly hotkey: boolean };
  readonly force: boolean;
  /** Whether the phrases are shown on the terminal. */
  readonly show: boolean;
}

/** Options of {@linkcode KeyringRoom.take}. */
export interface TakeOptions extends KeyName, FromFd {
  readonly encrypt: boolean;
  readonly force: boolean;
  /** Number of the open file with the phrase or the seed; null = terminal. */
  readonly secretFd: number | null;
}

/** Options of {@linkcode KeyringRoom.takePublic}. */
export interface TakePublicOptions extends KeyName {
  readonly address: string;
  readonly force: boolean;
}

/** A key as it may be shown: nothing here is secret. */
export interface KeyFacts {
  readonly kind: "coldkey" | "hotkey";
  /** Name of the wallet. */
  readonly wallet: string;
  readonly name: string;
  readonly path: string;
  /** Null where the file does not say it, or cannot be read. */
  readonly address: string | null;
  /** 0x hex; null as the address. */
  readonly publicKey: string | null;
  /** How the secret is kept; `public` = only the public half is there. */
  readonly secret: Encryption | "public" | "unknown";
  /** The file's variable BT_PW_…, for its password. */
  readonly variable: string;
  /** What is wrong with it, one sentence. */
  readonly problem: string | null;
}

/** A signed text. */
export interface SignedText {
  readonly address: string;
  /** 0x and 64 bytes hex. */
  readonly signature: string;
}

/** What the keyring room does. Everything throws WalletError. No answer holds a secret, and no question does. */
export interface KeyringRoom {
  make(options: MakeOptions): Promise<KeyFacts[]>;
  take(options: TakeOptions): Promise<KeyFacts>;
  takePublic(options: TakePublicOptions): Promise<KeyFacts>;
  /** Every key of every wallet. */
  list(place: Place): Promise<KeyFacts[]>;
  /** One wallet's keys, or one of its hotkeys. */
  show(options: KeyName): Promise<KeyFacts[]>;
  /** Opens the secret and checks that it belongs to the address. */
  unlock(options: KeyName & FromFd): Promise<KeyFacts>;
  sign(options: KeyName & FromFd & { readonly text: string }): Promise<SignedText>;
}
