/** Frames as bytes and texts; that the official client reads and writes them so is in `supabase/tests/realtime`. */

import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { decodeFrame } from "./decode-frame.ts";
import { encodeBroadcastFrame, encodeMessage } from "./encode-frame.ts";
import type { Broadcast } from "./message.ts";

const encoder = new TextEncoder();

function push(texts: string[], encoding: number, payload: Uint8Array): Uint8Array {
  const parts = texts.map((text) => encoder.encode(text));
  return Uint8Array.from([
    3,
    ...parts.map(({ length }) => length),
    encoding,
    ...parts.flatMap((p) => [...p]),
    ...payload,
  ]);
}

Deno.test("a binary frame carries a client's broadcast", () => {
  const frame = push(["1", "7", "realtime:raum", "größe", ""], 1, encoder.encode('{"a":"ä"}'));

  const message = decodeFrame(frame, "2.0.0");

  assertEquals([message.joinRef, message.ref, message.topic, message.event], [
    "1",
    "7",
    "realtime:raum",
    "broadcast",
  ]);
  assertEquals(message.broadcast, { event: "größe", content: { encoding: "json", text: '{"a":"ä"}' } });
});

Deno.test("a broadcast of the server is binary in version 2 and JSON in version 1", () => {
  const broadcast: Broadcast = {
    event: "e",
    content: { encoding: "json", text: '{"a":1}' },
    meta: { id: "x" },
  };

  const binary = encodeBroadcastFrame("t", { broadcast, version: "2.0.0" }) as Uint8Array;
  const text = encodeBroadcastFrame("t", { broadcast, version: "1.0.0" }) as string;

  assertEquals([...binary.subarray(0, 5)], [4, 1, 1, 10, 1]);
  assertEquals(new TextDecoder().decode(binary.subarray(5)), 'te{"id":"x"}{"a":1}');
  assertEquals(JSON.parse(text), {
    topic: "t",
    event: "broadcast",
    payload: { event: "e", type: "broadcast", payload: { a: 1 }, meta: { id: "x" } },
    ref: null,
  });
});

Deno.test("what a version cannot carry is not sent in it", () => {
  const content = { encoding: "binary", bytes: Uint8Array.of(1) } as const;
  const long = { event: "e".repeat(256), content: { encoding: "json", text: "{}" } } as const;

  assertEquals(
    encodeBroadcastFrame("t", { broadcast: { event: "e", content }, version: "1.0.0" }),
    undefined,
  );
  assertEquals(encodeBroadcastFrame("t", { broadcast: long, version: "2.0.0" }), undefined);
});

Deno.test("a message is an object in version 1 and an array in version 2", () => {
  const message = { joinRef: "1", ref: "2", topic: "t", event: "e", payload: { a: 1 } };

  assertEquals(JSON.parse(encodeMessage(message, "1.0.0") as string), {
    ...{ topic: "t", event: "e", payload: { a: 1 }, ref: "2" },
  });
  assertEquals(JSON.parse(encodeMessage(message, "2.0.0") as string), ["1", "2", "t", "e", { a: 1 }]);
});

Deno.test("decodeFrame() reads any bytes as a whole message or throws an error", () => {
  const header = fc.tuple(fc.constant(3), ...Array.from({ length: 5 }, () => fc.nat(6)), fc.nat(2));
  const plausible = fc.tuple(header, fc.uint8Array({ maxLength: 40 })).map(([head, rest]) =>
    Uint8Array.from([...head, ...rest])
  );

  fc.assert(fc.property(fc.oneof(fc.uint8Array(), plausible), (frame) => {
    try {
      const { topic, broadcast } = decodeFrame(frame, "2.0.0");
      assertEquals([typeof topic, typeof broadcast?.event], ["string", "string"]);
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    }
  }));
});

Deno.test("a binary frame that says JSON must hold JSON", () => {
  assertThrows(() => decodeFrame(push(["", "", "t", "e", ""], 1, encoder.encode("{")), "2.0.0"), SyntaxError);
});
