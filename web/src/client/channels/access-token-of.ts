/** The access token of a `SupabaseClient`, as every part of this client asks for it. */
import type { Clock } from "../ports.ts";
import type { GetAccessToken } from "../token-refresh.ts";
import type { SupabasePort } from "./supabase-port.ts";

/** Several parts notice the same old token within moments: one renewal is enough for all. */
const SHARED_MS = 5_000;

type Auth = SupabasePort["auth"];
const renewals = new WeakMap<Auth, { atMs: number; token: Promise<string> }>();

/**
 * @throws Error when nobody is signed in.
 * @example
 * openSession({ url, sessionId, getAccessToken: accessTokenOf(supabase) });
 */
export function accessTokenOf(
  { auth }: Pick<SupabasePort, "auth">,
  clock: Pick<Clock, "now"> = Date,
): GetAccessToken {
  return ({ forceRefresh }) => {
    if (!forceRefresh) return tokenIn(auth.getSession());
    const latest = renewals.get(auth);
    if (latest && clock.now() - latest.atMs < SHARED_MS) {
      // Somebody else may have signed in since.
      return latest.token.then(() => tokenIn(auth.getSession()));
    }
    const token = tokenIn(auth.refreshSession());
    renewals.set(auth, { atMs: clock.now(), token });
    token.catch(() => renewals.delete(auth));
    return token;
  };
}

async function tokenIn(asked: ReturnType<Auth["getSession"]>): Promise<string> {
  const { data, error } = await asked;
  if (error || !data.session) {
    throw new Error("Cannot act for the user: nobody is signed in", { cause: error });
  }
  return data.session.access_token;
}
