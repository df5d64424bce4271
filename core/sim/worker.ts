/** Room: sim. May: nothing. Never: net, read, write, env, run. Imports: base, port, mechanism, record, room. @module */
import { serveRoom } from "../room/serve.ts";
import { runJob } from "./job.ts";
import { runLone } from "./lone.ts";

serveRoom({ runJob, runLone });
