/** The note a running `npm start` leaves in its data folder, for the other commands. */

import { join } from "node:path";
import { endProcess } from "../processes/end-process.ts";
import { processIdentity } from "../processes/process-identity.ts";

export interface RunningInstance {
  readonly pid: number;
  readonly identity: string | undefined;
  readonly ports: {
    readonly api: number;
    readonly db: number;
    readonly studio: number;
    readonly web: number | null;
  };
  /** The server of the page, to end it should it outlive its parent. */
  readonly web: { readonly pid: number; readonly identity: string | undefined } | null;
}

const FILE_NAME = "state.json";

export async function writeRunningInstance(
  dataDir: string,
  instance: Pick<RunningInstance, "ports"> & { webPid: number | null },
): Promise<void> {
  const { ports, webPid } = instance;
  const note: RunningInstance = {
    pid: Deno.pid,
    identity: await processIdentity(Deno.pid),
    ports,
    web: webPid === null ? null : { pid: webPid, identity: await processIdentity(webPid) },
  };
  await Deno.writeTextFile(join(dataDir, FILE_NAME), JSON.stringify(note, null, 2));
}

/** Undefined when nothing runs; the note of a start that died is cleared away, with the page server it left. */
export async function findRunningInstance(dataDir: string): Promise<RunningInstance | undefined> {
  const note = await readNote(dataDir);
  if (!note) return undefined;
  if (await isSameProcess(note)) return note;
  if (note.web) await endProcess(note.web);
  await removeRunningInstance(dataDir);
  return undefined;
}

export async function removeRunningInstance(dataDir: string): Promise<void> {
  await Deno.remove(join(dataDir, FILE_NAME)).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

async function isSameProcess(known: { pid: number; identity: string | undefined }): Promise<boolean> {
  return known.identity !== undefined && await processIdentity(known.pid) === known.identity;
}

async function readNote(dataDir: string): Promise<RunningInstance | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(join(dataDir, FILE_NAME)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
