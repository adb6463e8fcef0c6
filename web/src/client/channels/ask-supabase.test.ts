import { assertEquals } from "@std/assert";
import { FakeClock } from "../testing/fake-clock.ts";
import type { SupabaseAnswer } from "./supabase-port.ts";
import { ask, type Failure } from "./ask-supabase.ts";

const ANY = {
  safeParse: (data: unknown) =>
    data === "odd" ? { success: false as const } : { success: true as const, data },
};

function refused(status: number, code = ""): SupabaseAnswer {
  return { data: null, error: { code, message: "Refused" }, status };
}

async function failureOf(request: () => PromiseLike<SupabaseAnswer>): Promise<Failure | null> {
  const answer = await ask(request, { clock: new FakeClock(), answer: ANY });
  return answer.ok ? null : answer.failure;
}

const CASES: [string, SupabaseAnswer, Failure | null][] = [
  ["data", { data: 1, error: null, status: 200 }, null],
  ["data of an unknown form", { data: "odd", error: null, status: 200 }, "unreachable"],
  ["no network", refused(0), "unreachable"],
  ["a failing server", refused(503), "unreachable"],
  ["a gateway that lets nobody through", refused(429), "unreachable"],
  ["an expired token", refused(401, "PGRST303"), "unauthorized"],
  ["a caller who is not signed in", refused(401, "42501"), "unauthorized"],
  ["somebody else's", refused(403, "42501"), "forbidden"],
  ["what is no id", refused(400, "22P02"), "forbidden"],
  ["a limit", refused(400, "54000"), "too_many"],
  ["a malformed command", refused(400, "22023"), "refused"],
];

for (const [what, answer, failure] of CASES) {
  Deno.test(`ask() takes ${what} for ${failure ?? "an answer"}`, async () => {
    assertEquals(await failureOf(() => Promise.resolve(answer)), failure);
  });
}

Deno.test("ask() waits no longer than a sleeping network deserves, and never rejects", async () => {
  const clock = new FakeClock();
  const pending = ask(() => new Promise<SupabaseAnswer>(() => {}), { clock, answer: ANY });
  await clock.advance(8_000);

  assertEquals((await pending).ok, false);
  assertEquals(await failureOf(() => Promise.reject(new Error("Broken"))), "unreachable");
});
