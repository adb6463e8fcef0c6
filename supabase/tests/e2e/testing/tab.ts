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
  type WatchState,
} from "../../../../web/src/client/mod.ts";
import type { Database } from "../../../functions/_shared/database.types.ts";
import type { Target } from "./target.ts";
import type { TestUser } from "./user.ts";

const PATIENCE_MS = 30_000;

export interface Viewer<State extends SessionState = SessionState> {
  readonly state: State;
  subscribe(listener: () => void): () => void;
}

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
export async function until<State extends SessionState | WatchState>(
  viewer: { readonly state: State; subscribe(listener: () => void): () => void },
  fits: (state: State) => boolean,
  { what, patienceMs = PATIENCE_MS }: { what: string; patienceMs?: number },
): Promise<State> {
  let forget = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<State>((resolve, reject) => {
      const look = () => fits(viewer.state) && resolve(viewer.state);
      forget = viewer.subscribe(look);
      timer = setTimeout(() => {
        const { connection, messages } = viewer.state;
        const shown = messages.map((message) => textOf(message).slice(-80));
        reject(new Error(`Waited in vain for ${what}: ${JSON.stringify({ connection, shown })}`));
      }, patienceMs);
      look();
    });
  } finally {
    forget();
    clearTimeout(timer);
  }
}

export function answerOf({ messages }: SessionState): string {
  const answer = messages.findLast(({ role }) => role === "assistant");
  return answer ? textOf(answer) : "";
}

export function isAnswered({ messages, activeTurn }: SessionState): boolean {
  const status = messages.findLast(({ role }) => role === "assistant")?.metadata?.status;
  return activeTurn === null && status !== undefined && status !== "running" && status !== "waiting";
}
