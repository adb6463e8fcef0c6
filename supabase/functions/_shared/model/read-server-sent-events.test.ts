import { assertEquals, assertRejects } from "@std/assert";
import { readServerSentEvents, type ServerSentEvent } from "./read-server-sent-events.ts";

function bodyOf(...pieces: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return ReadableStream.from(
    pieces.map((piece) => typeof piece === "string" ? encoder.encode(piece) : piece),
  );
}

async function read(
  body: ReadableStream<Uint8Array>,
  signal = new AbortController().signal,
): Promise<ServerSentEvent[][]> {
  return await Array.fromAsync(readServerSentEvents(body, { signal }));
}

const event = (data: string, name: string | null = null): ServerSentEvent => ({ name, data });

Deno.test("readServerSentEvents() gives the events of each piece together, and none for half of one", async () => {
  const pieces = await read(bodyOf("data: a\n\ndata: b\n\nda", "ta: c", "\n", "\ndata:d\n\n"));

  assertEquals(pieces, [[event("a"), event("b")], [event("c"), event("d")]]);
});

Deno.test("readServerSentEvents() reads names, several lines of data, comments and fields it does not know", async () => {
  const text =
    ": hello\nevent: error\nid: 7\ndata: one\ndata:  two\nretry: 3\n\nevent: lonely\n\ndata\ndata: x\n\n";

  assertEquals(await read(bodyOf(text)), [[event("one\n two", "error"), event("x")]]);
});

Deno.test("readServerSentEvents() reads the same wherever the stream is cut, whatever its lines end with", async () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const text = ["event: e", "data: Zoë 👋🏽", "data: b", "", ": c", "data: last", "", ""].join(end);
    const bytes = new TextEncoder().encode(text + "data: unfinished");
    const whole = (await read(bodyOf(bytes))).flat();
    assertEquals(whole, [event("Zoë 👋🏽\nb", "e"), event("last")]);

    for (let cut = 1; cut < bytes.length; cut++) {
      const pieces = await read(bodyOf(bytes.slice(0, cut), bytes.slice(cut)));

      assertEquals(pieces.flat(), whole, `${JSON.stringify(end)} cut at ${cut}`);
    }
  }
});

Deno.test("readServerSentEvents() ends, and tells the provider, when it is aborted", async () => {
  const cancelled = Promise.withResolvers<void>();
  const aborting = new AbortController();
  const body = new ReadableStream<Uint8Array>({ cancel: () => cancelled.resolve() });
  const reading = read(body, aborting.signal);

  aborting.abort();

  assertEquals(await reading, []);
  await cancelled.promise;
});

Deno.test("readServerSentEvents() gives nothing to a reader that had left before it began", async () => {
  assertEquals(await read(bodyOf("data: a\n\n"), AbortSignal.abort()), []);
});

Deno.test("readServerSentEvents() gives what was there before the connection broke", async () => {
  const events: ServerSentEvent[] = [];
  let place = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (place++ === 0) controller.enqueue(new TextEncoder().encode("data: a\n\n"));
      else controller.error(new Error("cut"));
    },
  });

  await assertRejects(
    async () => {
      const { signal } = new AbortController();
      for await (const piece of readServerSentEvents(body, { signal })) events.push(...piece);
    },
    Error,
    "cut",
  );

  assertEquals(events, [event("a")]);
});

/** A provider that says its last word and then, when it is asked on, what `after` says. */
function providerWith(after: (controller: ReadableStreamDefaultController<Uint8Array>) => void) {
  const told = { isAsked: false, isCancelled: false };
  let place = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (place++ === 0) {
        return controller.enqueue(new TextEncoder().encode("data: a\n\ndata: END\n\ndata: b\n\n"));
      }
      told.isAsked = true;
      after(controller);
    },
    cancel: () => void (told.isCancelled = true),
  }, { highWaterMark: 0 });
  const { signal } = new AbortController();
  return { told, events: readServerSentEvents(body, { signal, lastWord: "END" }) };
}

Deno.test("readServerSentEvents() ends with the last word, and leaves a connection whole whose body ends", async () => {
  const { told, events } = providerWith((controller) => controller.close());

  assertEquals(await Array.fromAsync(events), [[event("a")]]);
  await new Promise((resolve) => setTimeout(resolve));

  assertEquals(told, { isAsked: true, isCancelled: false });
});

Deno.test("readServerSentEvents() leaves a provider that goes on after its last word", async () => {
  const { told, events } = providerWith((controller) =>
    controller.enqueue(new TextEncoder().encode("data: c\n\n"))
  );

  assertEquals(await Array.fromAsync(events), [[event("a")]]);
  await new Promise((resolve) => setTimeout(resolve));

  assertEquals(told.isCancelled, true);
});

for (const line of [`data: ${"x".repeat(1_000)}`, `data: ${"x".repeat(1_000)}\n`]) {
  Deno.test(`readServerSentEvents() gives up an event that never ends (${line.length})`, async () => {
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(line)),
      cancel: () => void (isCancelled = true),
    });

    await assertRejects(() => read(body), RangeError, "too long");

    assertEquals(isCancelled, true);
  });
}
