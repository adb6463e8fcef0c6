/** SQL and the workers agree on what a stopped answer says again (K13). */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { applyChunk, type Chunk, toDraft } from "../../functions/_shared/protocol/mod.ts";
import { packChunks } from "../../functions/_shared/store/pack-chunks.ts";
import { sayAgain } from "../../functions/_shared/turn/say-again.ts";
import { databaseTests } from "./testing/database-tests.ts";
import { openScene } from "./testing/open-scene.ts";

const CALL = { toolCallId: "", toolName: "look" };
const words = fc.array(fc.constantFrom("a ", "word ", "sentence. "), { minLength: 1, maxLength: 3 });
const speech = (kind: "text" | "reasoning") =>
  words.map((deltas): Chunk[] => [
    { type: `${kind}-start`, id: "t" },
    ...deltas.map((delta): Chunk => ({ type: `${kind}-delta`, id: "t", delta })),
    { type: `${kind}-end`, id: "t" },
  ]);

/** What a worker writes in one go. */
const piece: fc.Arbitrary<Chunk[]> = fc.oneof(
  { weight: 4, arbitrary: speech("text") },
  speech("reasoning"),
  { weight: 4, arbitrary: fc.constant<Chunk[]>([{ type: "reset-step" }]) },
  fc.constant<Chunk[]>([{ type: "finish-step" }, { type: "start-step" }]),
  fc.constant<Chunk[]>([{ type: "tool-input-start", ...CALL }]),
  fc.constant<Chunk[]>([{ type: "tool-input-available", ...CALL, input: {} }]),
);

/** No two calls share an id. */
function withOwnCall(chunks: Chunk[], index: number): Chunk[] {
  return chunks.map((chunk) => "toolCallId" in chunk ? { ...chunk, toolCallId: `call-${index}` } : chunk);
}

databaseTests("private.say_again()", [
  ["[K13] agrees with sayAgain() on any answer", async (database) => {
    const { sql } = database;
    const { sessionId } = await openScene(database);

    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const turnId = crypto.randomUUID();
        const start: Chunk[] = [{ type: "start" }, { type: "start-step" }];
        const rows = [start, ...pieces.map(withOwnCall)];
        let seq = 100;
        for (const chunks of rows) {
          await sql`insert into private.stream_buffer values
            (${sessionId}, ${seq}, ${seq + chunks.length - 1}, ${turnId}, ${
            sql.json(packChunks(chunks) as never)
          })`;
          seq += chunks.length;
        }

        const [said] = await sql<{ chunks: Chunk[] }[]>`
          select private.say_again(${sessionId}, ${turnId}, 0) as chunks`;
        await sql`delete from private.stream_buffer where turn_id = ${turnId}`;

        const draft = rows.flat().reduce(applyChunk, toDraft({ id: "m", role: "assistant", parts: [] }));
        assertEquals(said?.chunks, sayAgain(draft));
      }),
      { numRuns: 100 },
    );
  }],
]);
