/** Durable state in Postgres, through the database's own functions and the server's secret key. */
import type { Json } from "../database.types.ts";
import { type PackedChunk, unpackChunks } from "../protocol/mod.ts";
import { callRpc, type ServerClient } from "./call-rpc.ts";
import { packChunks } from "./pack-chunks.ts";
import type {
  AppendBatch,
  AppendOutcome,
  ClaimedSession,
  LogItem,
  LogPage,
  OpenedSession,
  SessionStore,
  SubmittedCommand,
} from "./session-store.ts";
import { toStorable } from "./to-storable.ts";

/** `client` is one made with the secret key. */
export function createSupabaseSessionStore(client: ServerClient): SessionStore {
  return {
    async openSession({ sessionId, userId, workerId, connectionId }) {
      const parameters = {
        p_session_id: sessionId,
        p_user_id: userId,
        p_worker_id: workerId,
        p_connection_id: connectionId,
      };
      return await callRpc(client, { name: "open_session", parameters }) as OpenedSession;
    },

    async claimSession({ sessionId, workerId, lostEpoch }) {
      const parameters = {
        p_session_id: sessionId,
        p_worker_id: workerId,
        ...(lostEpoch === undefined ? {} : { p_lost_epoch: lostEpoch }),
      };
      return await callRpc(client, { name: "claim_session", parameters }) as ClaimedSession;
    },

    async detachConnection({ sessionId, workerId, connectionId, closeCode }) {
      const parameters = {
        p_session_id: sessionId,
        p_worker_id: workerId,
        p_connection_id: connectionId,
        p_close_code: closeCode,
      };
      return await callRpc(client, { name: "detach_connection", parameters }) as { attachedCount: number };
    },

    async submitCommand({ sessionId, userId, command }) {
      const parameters = {
        p_session_id: sessionId,
        p_user_id: userId,
        p_command: toStorable(command) as Json,
      };
      return await callRpc(client, { name: "submit_command", parameters }) as SubmittedCommand;
    },

    async append({ workerId, batches }) {
      const parameters = {
        p_worker_id: workerId,
        p_batches: toStorable(batches.map(toStoredBatch)) as unknown as Json,
      };
      return await callRpc(client, { name: "append_events", parameters }) as AppendOutcome[];
    },

    async readLog({ sessionId, cursor, afterSeq, maxBytes }) {
      const parameters = {
        p_session_id: sessionId,
        ...(cursor ? { p_cursor_epoch: cursor.epoch, p_cursor_seq: cursor.seq } : {}),
        ...(afterSeq === undefined ? {} : { p_after_seq: afterSeq }),
        ...(maxBytes === undefined ? {} : { p_max_bytes: maxBytes }),
      };
      const page = await callRpc(client, { name: "read_session_log", parameters }) as StoredPage;
      return { ...page, items: page.items.map(toLogItem) };
    },
  };
}

/** A row of the buffer; `skip` chunks of it are before the place that was asked for. */
type StoredItem =
  | Extract<LogItem, { kind: "message" }>
  | { kind: "chunks"; seq: number; skip: number; turnId: string; messageId: string; chunks: PackedChunk[] };
type StoredPage = Omit<LogPage, "items"> & { items: StoredItem[] };

function toStoredBatch(batch: AppendBatch) {
  const chunkRuns = batch.chunkRuns.map(({ seqFrom, turnId, chunks }) => ({
    seqFrom,
    seqTo: seqFrom + chunks.length - 1,
    turnId,
    chunks: packChunks(chunks),
  }));
  return { ...batch, chunkRuns };
}

function toLogItem(item: StoredItem): LogItem {
  if (item.kind === "message") return item;
  const { seq, skip, turnId, messageId, chunks } = item;
  return { kind: "chunks", seq: seq + skip, turnId, messageId, chunks: unpackChunks(chunks).slice(skip) };
}
