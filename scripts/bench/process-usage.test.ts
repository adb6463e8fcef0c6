import { assertEquals } from "@std/assert";
import { parsePs, parseStat, parseStatus } from "./process-usage.ts";

Deno.test("parseStat() adds user and system time, also for a name with spaces and brackets", () => {
  const stat = "4242 (deno (a b)) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 12 0 99999 123456 789";

  assertEquals(parseStat(stat), 2);
});

Deno.test("parseStatus() reads the resident memory", () => {
  assertEquals(parseStatus("Name:\tdeno\nVmRSS:\t   20480 kB\nThreads:\t3\n"), 20 * 1024 * 1024);
});

Deno.test("parsePs() reads every length of time", () => {
  assertEquals(parsePs("  0:01.50  2048\n"), { cpuSeconds: 1.5, rssBytes: 2_097_152 });
  assertEquals(parsePs("1-02:00:01 1\n"), { cpuSeconds: 86_400 + 7_201, rssBytes: 1_024 });
});
