/** A watch on a fake Supabase, a fake log and a fake clock. */
import type { EnvironmentSignal } from "../ports.ts";
import type { WatchRole } from "../protocol.ts";
import { textOf } from "../protocol.ts";
import { watchSession, type WatchSessionOptions } from "../watch/watch-session.ts";
import type { WatchState } from "../watch/watch-state.ts";
import { FakeClock, settle } from "./fake-clock.ts";
import { FakeLog } from "./fake-log.ts";
import { FakeSupabase } from "./fake-supabase.ts";
import { SESSION_ID } from "./frames.ts";

export const WATCH_MS = 30_000;

export async function openTestWatch(
  { role = "owner", log = new FakeLog(), supabase = new FakeSupabase(), ...options }:
    & Partial<WatchSessionOptions>
    & {
      role?: WatchRole;
      log?: FakeLog;
      supabase?: FakeSupabase;
    } = {},
) {
  const clock = new FakeClock();
  let signal: (signal: EnvironmentSignal) => void = () => {};
  let idCount = 0;
  let generation = 1;
  const topicOf = () => role === "owner" ? `session:${SESSION_ID}` : `session:${SESSION_ID}:${generation}`;
  Object.assign(supabase.functions, {
    watch_session: () => ({
      role,
      topic: topicOf(),
      watchMs: WATCH_MS,
      epoch: log.epoch,
      lastSeq: log.lastSeq,
    }),
    read_session: (place: Record<string, unknown>) => {
      const { p_cursor_epoch: epoch, p_cursor_seq: seq, p_after_seq: afterSeq } = place;
      const cursor = typeof epoch === "number" && typeof seq === "number" ? { epoch, seq } : null;
      return log.page({ cursor, afterSeq: Number(afterSeq ?? 0), limit: 2 });
    },
    send_command: () => ({ duplicate: false, settled: false, seq: null, refusal: null }),
    ...supabase.functions,
  });
  const watch = watchSession({
    supabase,
    sessionId: SESSION_ID,
    clock,
    random: () => 0.5,
    createId: () => `00000000-0000-4000-8000-${String(++idCount).padStart(12, "0")}`,
    observeEnvironment(listener) {
      signal = listener;
      return () => {};
    },
    ...options,
  });
  const seen: WatchState[] = [];
  watch.subscribe(() => seen.push(watch.state));
  await clock.advance(0);
  await settle();
  return {
    watch,
    log,
    supabase,
    clock,
    seen,
    signal: (value: EnvironmentSignal) => signal(value),
    texts: () => watch.state.messages.map(textOf),
    statuses: () => [...new Set(seen.map(({ connection }) => connection.status))],
    /** The owner revokes some share: the observers move. */
    raiseGeneration: () => ++generation,
  };
}
