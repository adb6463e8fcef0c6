import { assertEquals, assertRejects } from "@std/assert";
import { SupabaseRequestError } from "../channels/supabase-request-error.ts";
import { FakeFailure, FakeSupabase, FORBIDDEN } from "../testing/fake-supabase.ts";
import { acceptShare, createShare, listShares, revokeShare } from "./shares.ts";

Deno.test("createShare() tells the code", async () => {
  const supabase = new FakeSupabase();
  supabase.functions.create_share = () => ({ shareId: "share", code: "code" });

  const created = await createShare(supabase, {
    sessionId: "session",
    label: "Team",
    expiresAt: new Date("2026-12-01T00:00:00Z"),
  });

  assertEquals(created, { shareId: "share", code: "code" });
  assertEquals(supabase.callsOf("create_share"), [{
    p_session_id: "session",
    p_label: "Team",
    p_expires_at: "2026-12-01T00:00:00.000Z",
  }]);
});

Deno.test("createShare() says which limit is reached", async () => {
  const supabase = new FakeSupabase();
  supabase.functions.create_share = () => new FakeFailure(400, "54000");

  const error = await assertRejects(
    () => createShare(supabase, { sessionId: "session" }),
    SupabaseRequestError,
  );

  assertEquals(error.failure, "too_many");
  assertEquals(error.message, "This session has too many open invitations: revoke one first.");
});

Deno.test("[R12] acceptShare() refuses every bad code with one plain sentence", async () => {
  const supabase = new FakeSupabase();
  supabase.functions.accept_share = () => FORBIDDEN;

  const error = await assertRejects(() => acceptShare(supabase, "wrong"), SupabaseRequestError);

  assertEquals(error.failure, "forbidden");
  assertEquals(error.message, "This invitation is not valid, or not any more.");
});

Deno.test("revokeShare() succeeds without an answer", async () => {
  const supabase = new FakeSupabase();
  supabase.functions.revoke_share = () => null;

  assertEquals(await revokeShare(supabase, "share"), undefined);
});

Deno.test("listShares() reads the invitations of one session, newest first", async () => {
  const supabase = new FakeSupabase();
  const created_at = "2026-01-01T00:00:00Z";
  supabase.rows.session_shares = [
    { share_id: "share", session_id: "session", label: null, created_at, revoked_at: null, expires_at: null },
  ];

  assertEquals(await listShares(supabase, "session"), [{
    shareId: "share",
    sessionId: "session",
    label: null,
    createdAt: created_at,
    revokedAt: null,
    expiresAt: null,
  }]);
  assertEquals(supabase.queries[0]?.steps.slice(1), [
    ["eq", "session_id", "session"],
    ["order", "created_at", { ascending: false }],
  ]);
});
