/** What the server says. Clients read these tolerantly: an unknown type or field is skipped, so that the protocol can grow. */
import { z } from "zod";
import { type Chunk, chunkSchema, turnStatusSchema, usageSchema } from "./chunk.ts";
import { wireErrorSchema } from "./error-codes.ts";
import { messageSchema } from "./message.ts";

const epoch = z.number().int().nonnegative();
const seq = z.number().int().nonnegative();
const timestamp = z.string();
/** The item before this one, where what lies between belongs to an answer that follows. */
const after = seq.optional();

export const modeSchema = z.enum(["simulated", "openai"]);
export type Mode = z.infer<typeof modeSchema>;

export const sessionStatusSchema = z.enum(["active", "ended"]);
export type SessionStatus = z.infer<typeof sessionStatusSchema>;

export const summaryStatusSchema = z.enum(["none", "pending", "running", "done", "failed"]);
export type SummaryStatus = z.infer<typeof summaryStatusSchema>;

export const endReasonSchema = z.enum(["ended_by_user", "closed", "abandoned"]);
export type EndReason = z.infer<typeof endReasonSchema>;

/** A turn that has no final status yet. `messageId` names the answer being written. */
export const activeTurnSchema = z.object({
  turnId: z.string(),
  messageId: z.string(),
  status: turnStatusSchema,
});
export type ActiveTurn = z.infer<typeof activeTurnSchema>;

/**
 * How the client's cursor relates to what follows. `replay`: everything after the cursor follows. `rewind`: first forget
 * every item above `rewindTo`. `snapshot`: forget everything; the whole log follows, `isEmpty` where nothing of it is left.
 */
export const resumeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("replay") }),
  z.object({ kind: z.literal("rewind"), rewindTo: seq }),
  z.object({ kind: z.literal("snapshot"), isEmpty: z.boolean().optional() }),
]);
export type Resume = z.infer<typeof resumeSchema>;

/** Stands in for a chunk that this version does not know: it keeps its place in the stream and says nothing. */
export const UNKNOWN_CHUNK: Chunk = { type: "message-metadata", messageMetadata: {} };

export const frameSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("session.ready"),
    sessionId: z.string(),
    epoch,
    seq,
    mode: modeSchema,
    resume: resumeSchema,
    activeTurn: activeTurnSchema.nullable(),
    title: z.string().nullable().optional(),
    status: sessionStatusSchema.optional(),
  }),
  z.object({ type: z.literal("message"), epoch, seq, seqTo: seq.optional(), after, message: messageSchema }),
  z.object({
    type: z.literal("chunks"),
    epoch,
    seq,
    after,
    durableSeq: seq,
    turnId: z.string(),
    messageId: z.string(),
    chunks: z.array(chunkSchema.catch(UNKNOWN_CHUNK)),
  }),
  z.object({ type: z.literal("session.rewound"), epoch, rewindTo: seq }),
  z.object({
    type: z.literal("command.accepted"),
    id: z.string(),
    seq: seq.nullable(),
    duplicate: z.boolean(),
  }),
  z.object({
    type: z.literal("session.updated"),
    title: z.string().nullable().optional(),
    status: sessionStatusSchema.optional(),
    usage: usageSchema.optional(),
    summary: z.string().nullable().optional(),
    summaryStatus: summaryStatusSchema.optional(),
  }),
  z.object({ type: z.literal("session.restarting"), reconnectInMs: z.number().int().nonnegative() }),
  z.object({
    type: z.literal("session.ended"),
    reason: endReasonSchema,
    endTime: timestamp,
    durationSeconds: z.number().int().nonnegative(),
  }),
  z.object({ type: z.literal("error"), error: wireErrorSchema }),
  z.object({ type: z.literal("connection.closing"), code: z.number().int(), reason: z.string() }),
  z.object({ type: z.literal("pong") }),
]);
export type Frame = z.infer<typeof frameSchema>;
export type FrameOf<Type extends Frame["type"]> = Extract<Frame, { type: Type }>;
