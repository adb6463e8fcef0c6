/** Asks the Data API, and tells every way to fail apart that something is to be done about. */
import type { Clock } from "../ports.ts";
import type { SupabaseAnswer, SupabasePort } from "./supabase-port.ts";

/** A request that a sleeping machine left behind may never be answered. */
const ANSWER_WITHIN_MS = 8_000;

/**
 * `forbidden`: not theirs, or not there. `unauthorized`: the access token is missing or not valid. `too_many`: a limit is
 * reached. `refused`: asked wrongly. `unreachable`: no answer that can be understood; asking again may help.
 */
export type Failure = "forbidden" | "unauthorized" | "too_many" | "refused" | "unreachable";

export type Answer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure; readonly message: string };

/** A schema of the protocol. */
export interface Parser<Value> {
  safeParse(data: unknown): { success: true; data: Value } | { success: false };
}

export interface Asking<Value> {
  clock: Clock;
  answer: Parser<Value>;
}

export function askRpc<Value>(
  supabase: SupabasePort,
  { name, parameters, ...asking }: Asking<Value> & { name: string; parameters: Record<string, unknown> },
): Promise<Answer<Value>> {
  return ask(() => supabase.rpc(name, parameters), asking);
}

/** Never rejects. */
export async function ask<Value>(
  request: () => PromiseLike<SupabaseAnswer>,
  { clock, answer }: Asking<Value>,
): Promise<Answer<Value>> {
  let takeBack = () => {};
  const late = new Promise<Answer<Value>>((resolve) => {
    takeBack = clock.schedule(ANSWER_WITHIN_MS, () => resolve(unreachable("No answer came in time")));
  });
  try {
    return await Promise.race([Promise.resolve(request()).then((given) => toAnswer(given, answer)), late]);
  } catch (error) {
    return unreachable(error instanceof Error ? error.message : "The request failed");
  } finally {
    takeBack();
  }
}

function toAnswer<Value>({ data, error, status }: SupabaseAnswer, answer: Parser<Value>): Answer<Value> {
  if (error) return { ok: false, failure: failureOf(status, error.code ?? ""), message: error.message };
  const parsed = answer.safeParse(data);
  return parsed.success ? { ok: true, value: parsed.data } : unreachable("The answer is of an unknown form");
}

function failureOf(status: number, code: string): Failure {
  // First: whoever is not signed in may not call anything, which is no word about the thing asked for.
  if (status === 401 || code.startsWith("PGRST30")) return "unauthorized";
  // What is no id at all is told apart from one that is somebody else's as little as one that is nobody's (R10).
  if (code === "42501" || code === "22P02") return "forbidden";
  if (code === "54000") return "too_many";
  // 429 comes from a gateway, which has asked nobody.
  return status >= 400 && status < 500 && status !== 429 ? "refused" : "unreachable";
}

function unreachable(message: string): { ok: false; failure: "unreachable"; message: string } {
  return { ok: false, failure: "unreachable", message };
}
