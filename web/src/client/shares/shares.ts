/** Invitations to watch a session: who has the code may see it, read-only, until it is revoked. All throw `SupabaseRequestError`. */
import { ask, askRpc } from "../channels/ask-supabase.ts";
import { type SupabasePort, tableOf } from "../channels/supabase-port.ts";
import { valueOf } from "../channels/supabase-request-error.ts";
import { toDefaultPorts } from "../ports.ts";
import { acceptedShareSchema, type CreatedShare, createdShareSchema, shareRowsSchema } from "../protocol.ts";

const { clock } = toDefaultPorts();
const NOTHING = { safeParse: () => ({ success: true as const, data: undefined }) };

/** An invitation to watch a session, without its code. */
export interface Share {
  readonly shareId: string;
  readonly sessionId: string;
  readonly label: string | null;
  readonly createdAt: string;
  /** `null` while it is open. */
  readonly revokedAt: string | null;
  readonly expiresAt: string | null;
}

/** Invites to a session of the user's own. The code is told here and never again. */
export async function createShare(
  supabase: SupabasePort,
  { sessionId, label, expiresAt }: { sessionId: string; label?: string; expiresAt?: Date },
): Promise<CreatedShare> {
  const answer = await askRpc(supabase, {
    name: "create_share",
    parameters: {
      p_session_id: sessionId,
      p_label: label ?? null,
      p_expires_at: expiresAt?.toISOString() ?? null,
    },
    clock,
    answer: createdShareSchema,
  });
  return valueOf(answer, {
    forbidden: "Only your own sessions can be shared.",
    too_many: "This session has too many open invitations: revoke one first.",
  });
}

/** Makes the user an observer of the session that the code invites to; the owner simply gets its id. */
export async function acceptShare(supabase: SupabasePort, code: string): Promise<{ sessionId: string }> {
  const answer = await askRpc(supabase, {
    name: "accept_share",
    parameters: { p_code: code },
    clock,
    answer: acceptedShareSchema,
  });
  return valueOf(answer, { forbidden: "This invitation is not valid, or not any more." });
}

/** Takes an invitation back: whoever watches by it sees and hears nothing more. */
export async function revokeShare(supabase: SupabasePort, shareId: string): Promise<void> {
  const parameters = { p_share_id: shareId };
  const answer = await askRpc(supabase, { name: "revoke_share", parameters, clock, answer: NOTHING });
  valueOf(answer, { forbidden: "Only your own invitations can be revoked." });
}

/** The invitations of a session of the user's own, newest first; none for somebody else's. */
export async function listShares(supabase: SupabasePort, sessionId: string): Promise<Share[]> {
  const request = () =>
    tableOf(supabase, "session_shares")
      .select("share_id, session_id, label, created_at, revoked_at, expires_at")
      .eq("session_id", sessionId)
      .order("created_at", { ascending: false });
  return valueOf(await ask(request, { clock, answer: shareRowsSchema })).map((row) => ({
    shareId: row.share_id,
    sessionId: row.session_id,
    label: row.label,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
    expiresAt: row.expires_at,
  }));
}
