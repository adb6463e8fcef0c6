/** What is said on the private channels of Realtime, and what the functions beside them answer (K18, K19). */
import { z } from "zod";
import { chunkSchema, usageSchema } from "./chunk.ts";
import {
  activeTurnSchema,
  endReasonSchema,
  resumeSchema,
  sessionStatusSchema,
  summaryStatusSchema,
  UNKNOWN_CHUNK,
} from "./frames.ts";
import { messageSchema } from "./message.ts";

const count = z.number().int().nonnegative();
/** K18: the writer, and the first seq that is its own; everything from there on that came from older ones is void. */
const place = { epoch: count, epochStart: count };
const summary = z.string().nullable().optional();

/** The owner's tabs hear a session here. */
export function toSessionTopic(sessionId: string): string {
  return `session:${sessionId}`;
}

/** A user hears here what changes in the list of their sessions. */
export function toUserTopic(userId: string): string {
  return `user:${userId}`;
}

/** What is broadcast on the topics of a session. The name of the event is the `type`. */
export const channelMessageSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("chunks"),
    ...place,
    seq: count,
    durableSeq: count,
    turnId: z.string(),
    messageId: z.string(),
    chunks: z.array(chunkSchema.catch(UNKNOWN_CHUNK)).min(1),
  }),
  z.object({
    type: z.literal("message"),
    ...place,
    seq: count,
    seqTo: count.optional(),
    /** `null` when it is too big for a broadcast: the log has it. */
    message: messageSchema.nullable(),
  }),
  z.object({ type: z.literal("session.rewound"), ...place, rewindTo: count }),
  z.object({
    type: z.literal("session.updated"),
    title: z.string().nullable().optional(),
    status: sessionStatusSchema.optional(),
    usage: usageSchema.optional(),
    summary,
    summaryStatus: summaryStatusSchema.optional(),
  }),
  z.object({
    type: z.literal("session.ended"),
    reason: endReasonSchema,
    endTime: z.string(),
    durationSeconds: count,
  }),
  z.object({ type: z.literal("share.revoked"), generation: count }),
]);
export type ChannelMessage = z.infer<typeof channelMessageSchema>;
export type ChannelMessageOf<Type extends ChannelMessage["type"]> = Extract<ChannelMessage, { type: Type }>;

/** `session.changed`, on the topic of the user. */
export const sessionChangeSchema = z.object({
  sessionId: z.string(),
  operation: z.enum(["insert", "update", "delete"]),
  title: z.string().nullable().optional(),
  status: sessionStatusSchema.optional(),
  startTime: z.string().optional(),
  endTime: z.string().nullable().optional(),
  lastActivityAt: z.string().optional(),
  messageCount: count.optional(),
  summary,
  summaryStatus: summaryStatusSchema.optional(),
  summaryRead: z.boolean().optional(),
});
export type SessionChange = z.infer<typeof sessionChangeSchema>;

export const watchRoleSchema = z.enum(["owner", "observer"]);
export type WatchRole = z.infer<typeof watchRoleSchema>;

/** What `watch_session` answers: where to listen, and how far the log goes. It holds for `watchMs`. */
export const watchGrantSchema = z.object({
  role: watchRoleSchema,
  topic: z.string(),
  observersTopic: z.string().nullable().optional(),
  watchMs: count,
  epoch: count,
  lastSeq: count,
});
export type WatchGrant = z.infer<typeof watchGrantSchema>;

/** A chunk that stands for itself, or neighbouring deltas of one part. */
const packedChunkSchema = z.union([
  z.object({
    type: z.enum(["text-delta", "reasoning-delta"]),
    id: z.string(),
    deltas: z.array(z.string()),
  }),
  z.object({ type: z.literal("tool-input-delta"), toolCallId: z.string(), deltas: z.array(z.string()) }),
  chunkSchema.catch(UNKNOWN_CHUNK),
]);

/** What `read_session` answers: a page of the log. `skip` chunks of the first entry are before the place asked for. */
export const sessionPageSchema = z.object({
  epoch: count,
  lastSeq: count,
  resume: resumeSchema,
  items: z.array(z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("message"), seq: count, seqTo: count, message: messageSchema }),
    z.object({
      kind: z.literal("chunks"),
      seq: count,
      skip: count.optional(),
      turnId: z.string(),
      messageId: z.string(),
      chunks: z.array(packedChunkSchema),
    }),
  ])),
  nextSeq: count.nullable(),
  activeTurn: activeTurnSchema.nullable(),
  status: sessionStatusSchema,
  title: z.string().nullable(),
  ending: z.object({ reason: endReasonSchema, endTime: z.string(), durationSeconds: count }).nullable(),
});
export type SessionPage = z.infer<typeof sessionPageSchema>;

/** What `send_command` answers. `settled`: its effect, or its refusal, is on record. */
export const sentCommandSchema = z.object({
  duplicate: z.boolean(),
  settled: z.boolean(),
  seq: count.nullable(),
  refusal: z.string().nullable(),
});
export type SentCommand = z.infer<typeof sentCommandSchema>;

/** What the Data API tells of a session that its log does not. */
export const sessionRowsSchema = z.array(z.object({
  title: z.string().nullable(),
  status: sessionStatusSchema,
  end_time: z.string().nullable(),
  end_reason: endReasonSchema.nullable(),
  duration_seconds: count.nullable(),
  summary: z.string().nullable(),
  summary_status: summaryStatusSchema,
  input_tokens: count,
  output_tokens: count,
}));
export type SessionRow = z.infer<typeof sessionRowsSchema>[number];

/** What `create_share` answers: the only time the code is told. */
export const createdShareSchema = z.object({ shareId: z.string(), code: z.string() });
export type CreatedShare = z.infer<typeof createdShareSchema>;

/** What `accept_share` answers. */
export const acceptedShareSchema = z.object({ sessionId: z.string() });

/** What the Data API tells of the shares of a session. */
export const shareRowsSchema = z.array(z.object({
  share_id: z.string(),
  session_id: z.string(),
  label: z.string().nullable(),
  created_at: z.string(),
  revoked_at: z.string().nullable(),
  expires_at: z.string().nullable(),
}));

/** What `search_sessions` answers. The snippet marks what matched between U+E000 and U+E001. */
export const listedRowsSchema = z.array(z.object({
  session_id: z.string(),
  title: z.string().nullable(),
  status: sessionStatusSchema,
  start_time: z.string(),
  end_time: z.string().nullable(),
  last_activity_at: z.string(),
  message_count: count,
  summary: z.string().nullable(),
  summary_status: summaryStatusSchema,
  summary_read: z.boolean(),
  snippet: z.string().nullable(),
}));
export type ListedRow = z.infer<typeof listedRowsSchema>[number];
