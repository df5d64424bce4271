/** Frames from standard input, read with the whole thread waiting: fewer wake-ups than a stream, and no turn of the event loop. @module */
import { badFrame } from "./frames.ts";

/** Room for one read: most cases come in a single one. */
const CHUNK = 65_536;

/** Reads frames one by one. What the broker sends is trusted, so their size has no limit here. */
export class FrameInput {
  #buffer = new Uint8Array(CHUNK);
  #held = 0;
  /** The next frame (kind and fields), null at the end. It is valid until the next call. @throws {SandboxError} `bad_frame` */
  next(): Uint8Array | null {
    this.#held = 0;
    if (!this.#fill(4)) {
      if (this.#held > 0) throw badFrame("ends within its head");
      return null;
    }
    const length = new DataView(this.#buffer.buffer).getUint32(0, true);
    if (this.#buffer.length < 4 + length) {
      const larger = new Uint8Array(4 + length);
      larger.set(this.#buffer.subarray(0, this.#held));
      this.#buffer = larger;
    }
    if (!this.#fill(4 + length)) throw badFrame("ends within its fields");
    if (this.#held > 4 + length) throw badFrame("is followed by another before its answer");
    const frame = this.#buffer.subarray(4, 4 + length);
    // A large one, such as the image, keeps its memory to itself.
    if (this.#buffer.length > CHUNK) this.#buffer = new Uint8Array(CHUNK);
    return frame;
  }
  #fill(bytes: number): boolean {
    while (this.#held < bytes) {
      const read = Deno.stdin.readSync(this.#buffer.subarray(this.#held));
      if (read === null) return false;
      this.#held += read;
    }
    return true;
  }
}
