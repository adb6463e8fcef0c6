import { assertEquals, assertThrows } from "@std/assert";
import { readBenchOptions } from "./bench-options.ts";

Deno.test("readBenchOptions() measures everything by default, and less when it has to be quick", () => {
  const full = readBenchOptions([]);
  const quick = readBenchOptions(["--quick", "--idle", "7"]);

  assertEquals([full.sections, full.streams, full.idleSessions, full.format], [
    ["calls", "streams", "resume", "channels", "idle"],
    [1, 50, 200],
    400,
    "text",
  ]);
  assertEquals([quick.streams, quick.seconds, quick.idleSessions], [[1, 20], 5, 7]);
});

Deno.test("readBenchOptions() names the flag that is wrong", () => {
  assertThrows(() => readBenchOptions(["--streams", "1,many"]), Error, '--streams "many"');
  assertThrows(() => readBenchOptions(["--sections", "sockets"]), Error, '"sockets"');
});
