/** The port that decides whether an access token is good, and whose it is. */
import type { Credentials } from "../session/listener.ts";

export type Verified = { ok: true; credentials: Credentials } | {
  ok: false;
  code: "unauthorized" | "token_expired";
};

/** @throws when the question could not be answered, which says nothing about the token. */
export type VerifyToken = (accessToken: string) => Promise<Verified>;
