/** The access token of a `SupabaseClient`, as every part of this client asks for it. */
import type { Clock } from "../ports.ts";
import { SignedOutError } from "../signed-out-error.ts";
import type { GetAccessToken } from "../token-refresh.ts";
import type { SupabasePort } from "./supabase-port.ts";

/** Several parts notice the same old token within moments: one renewal is enough for all. */
const SHARED_MS = 5_000;

/** What Auth answers when there is no session, or no longer; anything else says nothing about that. */
const SIGNED_OUT: readonly number[] = [400, 401, 403, 404];

type Auth = SupabasePort["auth"];
const renewals = new WeakMap<Auth, { atMs: number; token: Promise<string> }>();

/**
 * @throws SignedOutError when nobody is signed in, Error when the token cannot be renewed just now.
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
  if (!error && data.session) return data.session.access_token;
  if (!error || SIGNED_OUT.includes(error.status ?? 0)) throw new SignedOutError({ cause: error });
  throw new Error(`Cannot renew the access token: ${error.message}`, { cause: error });
}
