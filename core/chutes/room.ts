/** Opens the room that asks models: the one of Chutes, and the one of the validator's own endpoint. @module */
import type { RoomError } from "../base/errors.ts";
import type { AskOutcome, AskRequest, ChuteFacts } from "../port/model.ts";
import type { LogLine } from "../room/message.ts";
import { type OpenRoom, openRoom } from "../room/open.ts";
import type { RoomName } from "../room/table.ts";

/** What the room is told after it is open. */
export interface ModelSettings {
  readonly inferenceUrl: string;
  readonly managementUrl: string;
  readonly apiKey: string;
  /** Setting that the key is from, for warnings. */
  readonly keyName: string;
  readonly concurrency: number;
  readonly perContender: number;
  readonly maxAnswerBytes: number;
  readonly hostPerSlug: boolean;
}

/** What the room does. */
export interface ModelMethods {
  configure(settings: ModelSettings): Promise<void>;
  resolve(chuteId: string): Promise<ChuteFacts>;
  ask(request: AskRequest): Promise<AskOutcome>;
  /** Names of the models that the endpoint lists. */
  models(): Promise<readonly string[]>;
}

/** Who hears of a room. */
export interface Watch {
  readonly onLog?: (room: RoomName, line: LogLine) => void;
  readonly onDeath?: (error: RoomError) => void;
}

/** A request may first wait for a place behind others that each run into their time limit. */
const CALL_TIMEOUT_MS = 3_600_000;

/** Opens the room with rights to these hosts, and tells it its settings. @throws {RoomError} if it does not start. */
export async function openModelRoom(
  net: readonly string[],
  settings: ModelSettings,
  { onLog, onDeath }: Watch,
): Promise<OpenRoom<ModelMethods>> {
  const room = await openRoom<ModelMethods>("chutes", {
    scope: { net },
    callTimeoutMs: CALL_TIMEOUT_MS,
    ...(onLog ? { onLog } : {}),
    ...(onDeath ? { onDeath } : {}),
  });
  try {
    await room.call.configure(settings);
  } catch (thrown) {
    room.close();
    throw thrown;
  }
  return room;
}
