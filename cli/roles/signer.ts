/** The signer's process: a wallet room, a loopback port, and no right besides. @module */
import { runSigner } from "../../core/signer/process.ts";
import type { SignerReady, SignerStart } from "../start.ts";
import { ignoreInterrupts, type RoleContext, sayReady } from "./run.ts";

/** Runs the signer until its parent is gone. */
export async function run({ message, orphaned, onLog }: RoleContext): Promise<number> {
  const { walletPath, create, netuid, genesis, token, port } = message as SignerStart;
  ignoreInterrupts();
  const signer = await runSigner({
    walletPath,
    create,
    netuid,
    ...(genesis === null ? {} : { genesis }),
    token,
    port,
    onLog,
  });
  const ready: SignerReady = { port: signer.port, address: signer.address };
  sayReady(ready);
  await Promise.race([orphaned, signer.finished]);
  return 0;
}
