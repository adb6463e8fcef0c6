/** A browser tab of a test: a signed-in client of its own, and what it drives or watches with it. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import {
  accessTokenOf,
  openSession,
  type SessionClient,
  type SessionState,
  type SessionWatch,
  textOf,
  watchSession,
} from "../../../../web/src/client/mod.ts";
import type { Database } from "../../../functions/_shared/database.types.ts";
import type { Target } from "./target.ts";
import type { TestUser } from "./user.ts";

const PATIENCE_MS = 30_000;

/** Another tab of a user who is signed in. */
export async function openTab(
  { apiUrl, publishableKey }: Target,
  { supabase }: TestUser,
): Promise<SupabaseClient<Database>> {
  const { data: { session } } = await supabase.auth.getSession();
  if (!session) throw new Error("Cannot open a tab: nobody is signed in");
  const tab = createClient<Database>(apiUrl, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  await tab.auth.setSession(session);
  return tab;
}

export function drive(
  { apiUrl }: Target,
  supabase: SupabaseClient<Database>,
  sessionId: string,
): SessionClient {
  return openSession({
    url: `${apiUrl}/functions/v1/session`,
    sessionId,
    getAccessToken: accessTokenOf(supabase),
  });
}

export function watch(supabase: SupabaseClient<Database>, sessionId: string): SessionWatch {
  return watchSession({ supabase, sessionId });
}

/** Resolves with the first state that fits. */
export async function until<State extends { readonly connection: unknown }>(
  live: { readonly state: State; subscribe(listener: () => void): () => void },
  fits: (state: State) => boolean,
  { what, patienceMs = PATIENCE_MS }: { what: string; patienceMs?: number },
): Promise<State> {
  let forget = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<State>((resolve, reject) => {
      const look = () => fits(live.state) && resolve(live.state);
      forget = live.subscribe(look);
      timer = setTimeout(() => {
        const shown = JSON.stringify(live.state).slice(0, 2_000);
        reject(new Error(`Waited in vain for ${what}; the state is ${shown}`));
      }, patienceMs);
      look();
    });
  } finally {
    forget();
    clearTimeout(timer);
  }
}

/** The newest answer. */
export function answerOf({ messages }: SessionState): string {
  const answer = messages.findLast(({ role }) => role === "assistant");
  return answer ? textOf(answer) : "";
}

/** So many answers have begun, and the newest has so many characters. */
export function hasSaid({ answers, characters }: { answers: number; characters: number }) {
  return (state: SessionState) => countAnswers(state) === answers && answerOf(state).length >= characters;
}

/** So many answers are there, and nothing more is being said. */
export function hasAnswered(answers: number) {
  return (state: SessionState) => countAnswers(state) === answers && isOver(state);
}

function countAnswers({ messages }: SessionState): number {
  return messages.filter(({ role }) => role === "assistant").length;
}

function isOver({ messages, activeTurn }: SessionState): boolean {
  const status = messages.findLast(({ role }) => role === "assistant")?.metadata?.status;
  return activeTurn === null && status !== undefined && status !== "running" && status !== "queued" &&
    status !== "waiting";
}
