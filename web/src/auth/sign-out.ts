/** Signs out here, whether or not the server can be told. */
import type { Database } from "../database.ts";

/** Resolves to `false` when this browser is still signed in. */
export async function signOut(
  { auth }: { auth: Pick<Database["auth"], "signOut" | "getSession"> },
): Promise<boolean> {
  const { error } = await auth.signOut();
  if (!error) return true;
  // Without the server the official client stays signed in, unless it is to sign out here only. That tells the server
  // too, and of that failure only.
  await auth.signOut({ scope: "local" });
  const { data, error: unreadable } = await auth.getSession();
  return data.session === null && !unreadable;
}
