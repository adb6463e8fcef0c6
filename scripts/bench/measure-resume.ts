/** How long a returning client waits for a long answer that is still being written, against reading the same rows. */
import type postgres from "postgres";
import { type Chunk, type PackedChunk, unpackChunks } from "../../supabase/functions/_shared/protocol/mod.ts";
import { packChunks } from "../../supabase/functions/_shared/store/pack-chunks.ts";
import type { BenchWorld } from "./bench-world.ts";
import { median } from "./statistics.ts";
import { toOrderText } from "./order.ts";

export interface ResumeFigures {
  chunks: number;
  frames: number;
  /** Milliseconds from opening the socket to the last chunk. */
  resumeMs: number;
  /** Milliseconds to open a socket that has nothing to catch up with. */
  emptyResumeMs: number;
  /** Milliseconds to read the same rows over an open database connection, and to parse them. */
  rawReadMs: number;
}

const REPETITIONS = 7;
/** A stream of 50 tokens a second that is stored every 75 ms leaves rows of this length. */
const CHUNKS_PER_ROW = 4;
const DELTAS = /"type":"text-delta"/g;
const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 50;

export async function measureResume(world: BenchWorld, chunks: number): Promise<ResumeFigures> {
  await world.untilDetached();
  const sessionId = crypto.randomUUID();
  const writer = await openSocket(world, { sessionId });
  writer.send(JSON.stringify({
    ...{ type: "message.create", id: crypto.randomUUID(), onBusy: "queue" },
    text: toOrderText({ tokens: chunks, tokensPerSecond: 0, stampEvery: 0, holds: true }),
  }));
  await countDeltas(writer, chunks);
  await shortenRows(world, { sessionId, chunks });

  const [whole, empty, raw]: [Caught[], number[], number[]] = [[], [], []];
  const lastSeq = await readLastSeq(world, sessionId);
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    whole.push(await catchUp(world, { sessionId, after: "1.0", chunks }));
    empty.push((await catchUp(world, { sessionId, after: `1.${lastSeq}`, chunks: 0 })).elapsedMs);
    raw.push(await readRows(world, sessionId));
  }
  writer.close();
  return {
    chunks,
    frames: median(whole.map(({ frames }) => frames)),
    resumeMs: median(whole.map(({ elapsedMs }) => elapsedMs)),
    emptyResumeMs: median(empty),
    rawReadMs: median(raw),
  };
}

interface Caught {
  elapsedMs: number;
  frames: number;
}

function toSocket(
  { worker, accessTokens }: BenchWorld,
  { sessionId, after }: { sessionId: string; after?: string },
) {
  const query = after === undefined ? "" : `?after=${after}`;
  return new WebSocket(`${worker.url}/${sessionId}${query}`, ["parley.v1", `jwt-${accessTokens[0]}`]);
}

async function openSocket(world: BenchWorld, place: { sessionId: string }): Promise<WebSocket> {
  const socket = toSocket(world, place);
  await countDeltas(socket, 0);
  return socket;
}

/** Resolves with the count of frames that brought them. */
function countDeltas(socket: WebSocket, wanted: number): Promise<number> {
  const all = Promise.withResolvers<number>();
  let count = 0;
  let frames = 0;
  let latest = "";
  const timer = setTimeout(() => {
    all.reject(
      new Error(`Waited in vain for ${wanted} chunks: ${count} came, lastly ${latest.slice(0, 300)}`),
    );
  }, PATIENCE_MS);
  socket.onmessage = ({ data }) => {
    latest = data;
    const found = data.match(DELTAS)?.length ?? 0;
    count += found;
    if (found > 0) frames++;
    if (count >= wanted && (wanted > 0 || data.includes('"session.ready"'))) all.resolve(frames);
  };
  socket.onclose = ({ code }) => all.reject(new Error(`Cannot read on: the socket closed with ${code}`));
  return all.promise.finally(() => clearTimeout(timer));
}

async function catchUp(
  world: BenchWorld,
  { sessionId, after, chunks }: { sessionId: string; after: string; chunks: number },
): Promise<Caught> {
  const startedAt = performance.now();
  const socket = toSocket(world, { sessionId, after });
  const frames = await countDeltas(socket, chunks);
  const elapsedMs = performance.now() - startedAt;
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close(4000, "measured");
  await closed;
  return { elapsedMs, frames };
}

/** A fast stream is stored in long rows: cuts them to the length that a paced one leaves. The log says the same. */
async function shortenRows(
  { database: { sql } }: BenchWorld,
  { sessionId, chunks }: { sessionId: string; chunks: number },
): Promise<void> {
  await untilStored(sql, { sessionId, seq: chunks });
  await sql.begin(async (transaction) => {
    const rows = await transaction<{ seq: number; turn: string; chunks: PackedChunk[] }[]>`
      delete from private.stream_buffer where session_id = ${sessionId}
      returning seq_from::float8 as seq, turn_id as turn, chunks`;
    const short = rows.flatMap(({ seq, turn, chunks }) => cut(unpackChunks(chunks), { seq, turn }));
    await transaction`
      insert into private.stream_buffer (session_id, seq_from, seq_to, turn_id, chunks)
      select ${sessionId}, seq_from, seq_to, turn_id, chunks
      from jsonb_to_recordset(${transaction.json(short as unknown as postgres.JSONValue)})
        as short (seq_from bigint, seq_to bigint, turn_id uuid, chunks jsonb)`;
  });
}

function cut(chunks: Chunk[], { seq, turn }: { seq: number; turn: string }) {
  return Array.from({ length: Math.ceil(chunks.length / CHUNKS_PER_ROW) }, (_, index) => {
    const piece = chunks.slice(index * CHUNKS_PER_ROW, (index + 1) * CHUNKS_PER_ROW);
    const seqFrom = seq + index * CHUNKS_PER_ROW;
    const seqTo = seqFrom + piece.length - 1;
    return { seq_from: seqFrom, seq_to: seqTo, turn_id: turn, chunks: packChunks(piece) };
  });
}

async function untilStored(
  sql: postgres.Sql,
  { sessionId, seq }: { sessionId: string; seq: number },
): Promise<void> {
  for (;;) {
    const [row] = await sql`
      select max(seq_to)::float8 as seq_to from private.stream_buffer where session_id = ${sessionId}`;
    if (row!.seq_to >= seq) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function readLastSeq({ database: { sql } }: BenchWorld, sessionId: string): Promise<number> {
  const [row] =
    await sql`select private.last_seq_of(leases)::float8 as seq from private.leases where session_id = ${sessionId}`;
  return row!.seq;
}

async function readRows({ database: { sql } }: BenchWorld, sessionId: string): Promise<number> {
  const startedAt = performance.now();
  await sql`select seq_from, seq_to, chunks from private.stream_buffer where session_id = ${sessionId} order by seq_from`;
  return performance.now() - startedAt;
}
