/** The flags of `npm start`. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describeOptions, UsageError } from "./command-line.ts";
import { readStartOptions, START_OPTIONS } from "./start-options.ts";

Deno.test("readStartOptions() defaults to the ports of Supabase and the life of a paid worker", () => {
  const options = readStartOptions([]);

  assertEquals(options.ports, { api: 54321, db: 54322, studio: 54323, web: 5173 });
  assertEquals([options.hasWeb, options.dataDir, options.wallClockMs], [true, undefined, undefined]);
});

Deno.test("readStartOptions() prefers a flag to its environment variable", () => {
  Deno.env.set("PARLEY_API_PORT", "7001");
  Deno.env.set("PARLEY_DB_PORT", "7002");
  try {
    const { ports } = readStartOptions(["--api-port", "8001", "--no-web", "--wall-clock-seconds=30"]);

    assertEquals([ports.api, ports.db], [8001, 7002]);
  } finally {
    Deno.env.delete("PARLEY_API_PORT");
    Deno.env.delete("PARLEY_DB_PORT");
  }
});

Deno.test("readStartOptions() refuses what it does not know and names the flag", () => {
  assertThrows(() => readStartOptions(["--prot", "1"]), UsageError, "--prot");
  assertThrows(() => readStartOptions(["--api-port", "http"]), UsageError, 'Invalid --api-port "http"');
  assertThrows(() => readStartOptions(["--web-port", "70000"]), UsageError, "from 0 to 65535");
});

Deno.test("the help names every flag with its variable and default", () => {
  assertStringIncludes(describeOptions(START_OPTIONS), "(default 54321, PARLEY_API_PORT)");
});
