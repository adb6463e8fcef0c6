/** SQL builds the message of a turn that no worker finishes exactly as the reducer everybody shares does (R7). */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { applyChunk, type Chunk, type Message, toDraft } from "../../functions/_shared/protocol/mod.ts";
import { packChunks } from "../../functions/_shared/store/pack-chunks.ts";
import { databaseTests } from "./testing/database-tests.ts";
import { openScene } from "./testing/open-scene.ts";

const id = fc.constantFrom("a", "b");
const text = fc.string({ maxLength: 8, unit: "grapheme" });
const toolName = fc.constantFrom("fetch_account_balance", "cancel_order");
const json = fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.parse(JSON.stringify(value) ?? "null"));

const chunk: fc.Arbitrary<Chunk> = fc.oneof(
  fc.record({ type: fc.constant("text-start" as const), id }),
  { weight: 4, arbitrary: fc.record({ type: fc.constant("text-delta" as const), id, delta: text }) },
  fc.record({ type: fc.constant("text-end" as const), id }),
  fc.record({ type: fc.constant("reasoning-start" as const), id }),
  fc.record({ type: fc.constant("reasoning-delta" as const), id, delta: text }),
  fc.record({ type: fc.constant("reasoning-end" as const), id }),
  fc.constant({ type: "start-step" } as const),
  fc.constant({ type: "finish-step" } as const),
  fc.constant({ type: "reset-step" } as const),
  fc.constant({ type: "abort" } as const),
  fc.record({ type: fc.constant("tool-input-start" as const), toolCallId: id, toolName }),
  fc.record({ type: fc.constant("tool-input-delta" as const), toolCallId: id, inputTextDelta: text }),
  fc.record({ type: fc.constant("tool-input-available" as const), toolCallId: id, toolName, input: json }),
  fc.record({
    type: fc.constant("tool-input-error" as const),
    toolCallId: id,
    toolName,
    input: json,
    errorText: text,
  }),
  fc.record({ type: fc.constant("tool-approval-request" as const), approvalId: id, toolCallId: id }),
  fc.record({ type: fc.constant("tool-approval-response" as const), approvalId: id, approved: fc.boolean() }),
  fc.record({ type: fc.constant("tool-output-available" as const), toolCallId: id, output: json }),
  fc.record({ type: fc.constant("tool-output-error" as const), toolCallId: id, errorText: text }),
  fc.record({ type: fc.constant("tool-output-denied" as const), toolCallId: id }),
  fc.record({
    type: fc.constant("data-notice" as const),
    data: fc.record({ code: id, message: text }),
  }),
  fc.record({
    type: fc.constant("message-metadata" as const),
    messageMetadata: fc.record({ model: text, turnId: id }, { requiredKeys: [] }),
  }),
);

databaseTests("private.build_message()", [
  ["[R7] agrees with applyChunk() on any stream of chunks, flushed anywhere", async (database) => {
    const { sql } = database;
    const { sessionId } = await openScene(database);
    const base: Message = { id: "m", role: "assistant", parts: [] };

    const flushes = fc.array(fc.array(chunk, { minLength: 1, maxLength: 12 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(flushes, fc.boolean(), async (rows, isPacked) => {
        const turnId = crypto.randomUUID();
        let seq = 100;
        for (const chunks of rows) {
          await sql`insert into private.stream_buffer values
            (${sessionId}, ${seq}, ${seq + chunks.length - 1}, ${turnId}, ${
            sql.json((isPacked ? packChunks(chunks) : chunks) as never)
          })`;
          seq += chunks.length;
        }

        const [built] = await sql<{ message: Message }[]>`
          select private.build_message(${sql.json(base as never)}, ${sessionId}, ${turnId}, 0) as message`;
        await sql`delete from private.stream_buffer where turn_id = ${turnId}`;

        const { message } = rows.flat().reduce(applyChunk, toDraft(base));
        const expected = { ...message, metadata: message.metadata ?? {} };
        assertEquals(built?.message, JSON.parse(JSON.stringify(expected)));
      }),
      { numRuns: 150 },
    );
  }],
]);
