/** Signs in, or up. */
import type { Database } from "../database.ts";
import { toAuthMessage } from "./to-auth-message.ts";

export interface EnterOptions {
  how: "sign-in" | "sign-up";
  email: string;
  password: string;
}

/** Resolves to what there is to tell; `null` when that is nothing. */
export async function enter(
  { auth }: { auth: Pick<Database["auth"], "signInWithPassword" | "signUp"> },
  { how, email, password }: EnterOptions,
): Promise<string | null> {
  const credentials = { email, password };
  try {
    const { data, error } = how === "sign-in"
      ? await auth.signInWithPassword(credentials)
      : await auth.signUp(credentials);
    if (error) return toAuthMessage(error);
    return data.session ? null : "Almost there: open the link in the email we sent, then sign in.";
  } catch (error) {
    // What is no answer of the server's the official client throws, such as a storage without room for the session.
    return toAuthMessage(error instanceof Error ? error : new Error(String(error)));
  }
}
