/** What hostile programs may attack: a folder with a secret, listeners on loopback, a process of ours. All of it can tell what was done to it. @module */
import { createSocket } from "node:dgram";
import { join } from "node:path";

/** The secret: in a file and in an environment variable. It must never come out of a sandbox. */
export const SECRET = `af-secret-${crypto.randomUUID()}`;
/** Name of the variable that holds {@linkcode SECRET}. */
export const VARIABLE = "AF_HOSTILE";

/** A scene. */
export class Scene implements AsyncDisposable {
  readonly folder: string;
  readonly secretFile: string;
  readonly port: number;
  readonly udp: number;
  /** Connections and datagrams so far. */
  reached = 0;
  readonly #listener: Deno.TcpListener;
  readonly #datagrams: ReturnType<typeof createSocket>;
  readonly #serving: Promise<void>;

  private constructor(folder: string, datagrams: ReturnType<typeof createSocket>) {
    this.folder = folder;
    this.secretFile = join(folder, "secret");
    this.#datagrams = datagrams;
    this.udp = datagrams.address().port;
    datagrams.on("message", () => this.reached++);
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = this.#listener.addr.port;
    this.#serving = this.#serve();
  }

  /** Sets a scene in a temporary folder. */
  static async set(): Promise<Scene> {
    const folder = await Deno.makeTempDir({ prefix: "af-hostile-" });
    const datagrams = createSocket("udp4");
    await new Promise<void>((resolve) => datagrams.bind(0, "127.0.0.1", resolve));
    const scene = new Scene(folder, datagrams);
    await scene.restore();
    return scene;
  }

  /** Puts the folder back to how it was. */
  async restore(): Promise<void> {
    await Deno.remove(this.folder, { recursive: true }).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    await Deno.mkdir(this.folder);
    await Deno.writeTextFile(this.secretFile, SECRET);
    await Deno.writeTextFile(join(this.folder, "module.js"), `export default ${JSON.stringify(SECRET)}`);
  }

  /** Whether the folder is as {@linkcode restore} left it. */
  untouched(): boolean {
    try {
      const names = [...Deno.readDirSync(this.folder)].map(({ name }) => name).sort();
      return names.join(" ") === "module.js secret" && Deno.readTextFileSync(this.secretFile) === SECRET;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /** A source with the places filled in. */
  fill(source: string, victim: number): string {
    return source.replaceAll("{SECRET_FILE}", this.secretFile).replaceAll("{FOLDER}", this.folder)
      .replaceAll("{PORT}", `${this.port}`).replaceAll("{UDP}", `${this.udp}`).replaceAll("{VICTIM}", `${victim}`);
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      this.reached++;
      this.#answer(connection).catch((error) => void error);
    }
  }

  /** Says something that HTTP clients take for an answer. */
  async #answer(connection: Deno.TcpConn): Promise<void> {
    await connection.read(new Uint8Array(4096));
    const body = "export default 1;";
    const head = "HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\nconnection: close\r\n";
    await connection.write(new TextEncoder().encode(`${head}content-length: ${body.length}\r\n\r\n${body}`));
    connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.#datagrams.close();
    await this.#serving;
    await Deno.remove(this.folder, { recursive: true });
  }
}
