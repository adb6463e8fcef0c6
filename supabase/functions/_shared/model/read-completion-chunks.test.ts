import { assertEquals, assertRejects } from "@std/assert";
import { APIError } from "openai";
import type { CompletionChunk } from "./completion-chunk.ts";
import { readCompletionChunks } from "./read-completion-chunks.ts";

async function read(text: string, chunks: CompletionChunk[] = []): Promise<CompletionChunk[]> {
  const response = new Response(text, { headers: { "x-request-id": "request-1" } });
  for await (const piece of readCompletionChunks(response, new AbortController().signal)) {
    chunks.push(...piece);
  }
  return chunks;
}

Deno.test("readCompletionChunks() ends at the provider's last word, whatever follows it", async () => {
  const text = 'data: {"id":"1"}\n\ndata: null\n\ndata: [DONE]\n\ndata: {"id":"2"}\n\n';

  assertEquals(await read(text), [{ id: "1" }, {}]);
});

Deno.test("readCompletionChunks() ends where the stream ends, if it has no last word", async () => {
  assertEquals(await read('data: {"id":"1"}\n\n'), [{ id: "1" }]);
});

for (
  const [kind, line] of [
    ["an error among the chunks", 'data: {"error":{"code":"quota","type":"t","message":"m"}}'],
    ["an event named error", 'event: error\ndata: {"code":"quota","type":"t","message":"m"}'],
  ] as const
) {
  Deno.test(`[R7] readCompletionChunks() gives what came before ${kind}, then throws it`, async () => {
    const chunks: CompletionChunk[] = [];

    const error = await assertRejects(() => read(`data: {"id":"1"}\n\n${line}\n\n`, chunks), APIError);

    assertEquals(chunks, [{ id: "1" }]);
    assertEquals([error.status, error.code, error.type, error.requestID], [
      undefined,
      "quota",
      "t",
      "request-1",
    ]);
  });
}

Deno.test("[R12] readCompletionChunks() repeats nothing of an event that is not JSON", async () => {
  const error = await assertRejects(() => read("data: the user's secret\n\n"), SyntaxError);

  assertEquals(error.message.includes("secret"), false);
});
