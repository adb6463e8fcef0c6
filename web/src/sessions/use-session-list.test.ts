import { assertEquals } from "@std/assert";
import { renderHook, settleReact } from "../client/chat/testing/render-hook.ts";
import { FakeSupabase } from "../client/testing/fake-supabase.ts";
import type { Database } from "../database.ts";
import { useSessionList } from "./use-session-list.ts";

const USER_ID = "5b0c2e0e-7a53-4f43-9f0a-3a5d3f0c7a11";
const LASTING = { sub: USER_ID, exp: Date.now() / 1000 + 3_600 };
const DEADLINE_MS = 5_000;

Deno.test("useSessionList() gives a list that is live although its effect ran twice, and closes it", async () => {
  Object.assign(globalThis, { document: { addEventListener() {}, visibilityState: "visible" } });
  const supabase = new FakeSupabase();
  const session = { access_token: `e30.${btoa(JSON.stringify(LASTING))}.s` };
  supabase.auth.getSession = () => Promise.resolve({ data: { session }, error: null });
  supabase.functions.search_sessions = () => [];

  const hook = await renderHook(() => useSessionList(supabase as unknown as Database), { isStrict: true });
  const deadline = Date.now() + DEADLINE_MS;
  while (hook.current?.state.connection.status !== "live" && Date.now() < deadline) await settleReact();

  assertEquals(hook.current?.state.connection.status, "live");
  assertEquals(supabase.openTopics, [`user:${USER_ID}`]);

  await hook.unmount();
  assertEquals([supabase.openTopics, hook.current?.state.connection.status], [[], "stopped"]);
});
