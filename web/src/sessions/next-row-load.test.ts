import { assertEquals } from "@std/assert";
import { isContinued, nextRowLoadMs } from "./next-row-load.ts";
import type { SessionRow } from "./session-row.ts";

const ACTIVE: SessionRow = {
  session_id: "1",
  user_id: "1",
  title: null,
  status: "active",
  start_time: "2026-11-21T10:00:00Z",
  end_time: null,
  duration_seconds: null,
  last_activity_at: "2026-11-21T10:00:00Z",
  summary: null,
  summary_status: "none",
  summary_read: false,
};
const DUE: SessionRow = { ...ACTIVE, status: "ended", summary_status: "pending" };
const DONE: SessionRow = { ...DUE, summary_status: "done", summary: "Short" };

/** The times between loads that keep bringing the same row. */
function pausesOf(row: SessionRow, toldStatus: "ended" | null): number[] {
  return Array.from(
    { length: 200 },
    (_, loadCount) => nextRowLoadMs(row, { toldStatus, loadCount }) ?? 0,
  );
}

Deno.test("nextRowLoadMs() asks soon while a summary is due, and seldom once that has lasted", () => {
  const pauses = pausesOf(DUE, "ended");

  assertEquals([pauses[0], pauses.at(-1)], [800, 30_000]);
  assertEquals(nextRowLoadMs(DONE, { toldStatus: "ended", loadCount: 0 }), null);
});

Deno.test("nextRowLoadMs() asks seldom for a session that is only watched, and not for one that is driven", () => {
  assertEquals([...new Set(pausesOf(ACTIVE, null))], [30_000]);
  assertEquals(nextRowLoadMs(ACTIVE, { toldStatus: "active", loadCount: 0 }), null);
  assertEquals(nextRowLoadMs(null, { toldStatus: null, loadCount: 0 }), null);
});

Deno.test("a session that stays active after its end was told was continued elsewhere", () => {
  const pauses = pausesOf(ACTIVE, "ended");
  const soonCount = pauses.indexOf(30_000);

  assertEquals([pauses[0], soonCount > 0 && soonCount < 10], [800, true]);
  const at = (loadCount: number) => isContinued(ACTIVE, { toldStatus: "ended", loadCount });
  assertEquals([at(0), at(soonCount - 1), at(soonCount), at(100)], [false, false, true, true]);
  assertEquals(isContinued(DUE, { toldStatus: "ended", loadCount: 100 }), false);
  assertEquals(isContinued(ACTIVE, { toldStatus: null, loadCount: 100 }), false);
});
