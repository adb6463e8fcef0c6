/** Signing out from the workspace, with what may stand in its way. */
import { useState } from "react";
import type { Database } from "../database.ts";
import { tabStorage } from "../tab-storage.ts";
import { signOut } from "./sign-out.ts";

/** Longer than a connected session takes to accept a message. */
const SENT_WITHIN_MS = 3_000;

export interface SigningOut {
  isBusy: boolean;
  /** `unsent`: something that was said would be lost, which the next try accepts. `failed`: still signed in. */
  problem: "unsent" | "failed" | null;
  signOut(): void;
}

export interface SignOutOptions {
  hasSent(withinMs: number): Promise<boolean>;
  /** Leaves every session. */
  close(): void;
}

export function useSignOut(database: Database, { hasSent, close }: SignOutOptions): SigningOut {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<SigningOut["problem"]>(null);

  async function run(): Promise<SigningOut["problem"]> {
    if (problem !== "unsent" && !await hasSent(SENT_WITHIN_MS)) return "unsent";
    close();
    tabStorage().clear();
    return await signOut(database) ? null : "failed";
  }

  return {
    isBusy,
    problem,
    signOut() {
      if (isBusy) return;
      setIsBusy(true);
      run().then(setProblem, () => setProblem("failed")).finally(() => setIsBusy(false));
    },
  };
}
