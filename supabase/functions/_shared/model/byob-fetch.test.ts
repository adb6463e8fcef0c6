import { assert, assertEquals, assertRejects } from "@std/assert";
import { createByobFetch } from "./byob-fetch.ts";
import type { ModelPart } from "./language-model.ts";
import { createOpenAIModel } from "./openai-model.ts";
import { readRecording } from "./testing/replay-fetch.ts";

const EVENTS = { "content-type": "text/event-stream; charset=utf-8" };

/** Answers with these bytes in pieces of a length, as a stream of bytes or as one of other parts. */
function answerWith(
  bytes: Uint8Array,
  { pieceLength, type, headers = EVENTS }: { pieceLength: number; type?: "bytes"; headers?: HeadersInit },
): typeof fetch {
  return () => {
    let place = 0;
    const source = {
      pull(controller: ReadableByteStreamController | ReadableStreamDefaultController<Uint8Array>) {
        if (place < bytes.length) controller.enqueue(bytes.slice(place, place += pieceLength));
        else {
          controller.close();
          if ("byobRequest" in controller) controller.byobRequest?.respond(0);
        }
      },
    };
    const body = type ? new ReadableStream({ ...source, type }) : new ReadableStream<Uint8Array>(source);
    return Promise.resolve(new Response(body, { headers }));
  };
}

async function readAll(response: Response): Promise<{ pieces: Uint8Array[]; bytes: number[] }> {
  const pieces: Uint8Array[] = [];
  const reader = response.body!.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    pieces.push(value);
  }
  reader.releaseLock();
  return { pieces, bytes: pieces.flatMap((piece) => [...piece]) };
}

function bytesOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7) % 251);
}

Deno.test("createByobFetch() hands on every byte, however long the pieces are, and each piece stays as it was", async () => {
  const bytes = bytesOf(20_000);

  for (const pieceLength of [1, 700, 4_096, 9_000, 20_000]) {
    const fetch = createByobFetch(answerWith(bytes, { pieceLength, type: "bytes" }));
    const read = await readAll(await fetch("http://provider.test"));

    assertEquals(read.bytes, [...bytes]);
    assert(read.pieces.every(({ length }) => length <= 4_096));
  }
});

Deno.test("createByobFetch() reads a body that is no stream of bytes the plain way", async () => {
  const bytes = bytesOf(9_000);
  const fetch = createByobFetch(answerWith(bytes, { pieceLength: 5_000 }));

  const { pieces } = await readAll(await fetch("http://provider.test"));

  assertEquals(pieces.map(({ length }) => length), [5_000, 4_000]);
});

Deno.test("createByobFetch() leaves other answers alone", async () => {
  const body = new TextEncoder().encode('{"error":{"message":"no"}}');
  const headers = { "content-type": "application/json" };
  const fetch = createByobFetch(answerWith(body, { pieceLength: 5, type: "bytes", headers }));

  assertEquals(await (await fetch("http://provider.test")).json(), { error: { message: "no" } });
});

Deno.test("createByobFetch() passes on that a connection broke", async () => {
  const broken = new ReadableStream({
    type: "bytes",
    pull: (controller) => controller.error(new Error("cut")),
  });
  const fetch = createByobFetch(() => Promise.resolve(new Response(broken, { headers: EVENTS })));

  const reader = (await fetch("http://provider.test")).body!.getReader();

  await assertRejects(() => reader.read(), Error, "cut");
});

Deno.test("createOpenAIModel() tells the same parts with and without createByobFetch()", async () => {
  const recording = new TextEncoder().encode(await readRecording("split-tool-call"));
  const ask = async (fetch: typeof globalThis.fetch) => {
    const model = createOpenAIModel({
      ...{ model: "m", mode: "openai", apiKey: "k", baseUrl: "http://provider.test/v1" },
      fetch,
      createId: () => "id-1",
    });
    const parts: ModelPart[] = [];
    const { signal } = new AbortController();
    for await (const piece of model.stream({ messages: [], tools: [], signal })) parts.push(...piece);
    return parts;
  };
  const answer = answerWith(recording, { pieceLength: 11, type: "bytes" });

  assertEquals(await ask(createByobFetch(answer)), await ask(answer));
});
