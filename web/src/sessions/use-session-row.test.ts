import { assertEquals } from "@std/assert";
import { useReducer } from "react";
import { renderHook, settleReact } from "../client/chat/testing/render-hook.ts";
import { FakeSupabase } from "../client/testing/fake-supabase.ts";
import type { SessionStatus } from "../client/mod.ts";
import type { Database } from "../database.ts";
import { useSessionRow } from "./use-session-row.ts";

/** More often than the row may be behind. */
const LOOKS = 10;

Deno.test("useSessionRow() takes an active row for a continued session only when it stays so after the end", async () => {
  Object.assign(globalThis, { document: { addEventListener() {}, removeEventListener() {} } });
  const supabase = new FakeSupabase();
  supabase.rows = { sessions: [{ session_id: "1", status: "active", summary_status: "none" }] };
  const database = supabase as unknown as Database;
  let toldStatus: SessionStatus = "active";
  let renderAgain = () => {};
  const seen: [SessionStatus, boolean][] = [];
  const hook = await renderHook(() => {
    renderAgain = useReducer((count: number) => count + 1, 0)[1];
    const row = useSessionRow(database, { sessionId: "1", toldStatus });
    seen.push([toldStatus, row.isContinued]);
    return row;
  });
  async function look(): Promise<void> {
    for (let count = 0; count < LOOKS; count++) {
      hook.current.refresh();
      await settleReact();
    }
  }

  await look();
  toldStatus = "ended";
  renderAgain();
  await settleReact();
  assertEquals(seen.some(([, isContinued]) => isContinued), false);

  await look();
  assertEquals(hook.current.isContinued, true);
  await hook.unmount();
});
