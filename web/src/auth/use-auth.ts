/** Who is signed in, kept up to date. */
import { useEffect, useState } from "react";
import type { Database } from "../database.ts";

export type AuthState =
  | { status: "loading" }
  | { status: "signed-out" }
  | { status: "signed-in"; userId: string; email: string };

export function useAuth(database: Database): AuthState {
  const [state, setState] = useState<AuthState>({ status: "loading" });

  useEffect(() => {
    const { data } = database.auth.onAuthStateChange((_event, session) => {
      setState((current) => {
        if (!session) return { status: "signed-out" };
        const { id: userId, email = "" } = session.user;
        // A refreshed token must not draw the page anew.
        return current.status === "signed-in" && current.userId === userId
          ? current
          : { status: "signed-in", userId, email };
      });
    });
    return () => data.subscription.unsubscribe();
  }, [database]);

  return state;
}
