/** What a share may be made of, and what is said of one that may not (K19). */
import { assertEquals } from "@std/assert";
import { databaseTests } from "./testing/database-tests.ts";
import { openScene } from "./testing/open-scene.ts";

const MALFORMED = "22023";

databaseTests("Create share", [
  ["a share is refused in plain words that tell of no row", async (database) => {
    const { sessionId, userId } = await openScene(database);
    const owner = await database.signIn(userId);
    const create = async (parameters: { p_label?: string; p_expires_at?: string }) => {
      const { error } = await owner.rpc("create_share", { p_session_id: sessionId, ...parameters });
      return error && [error.code, error.message, error.details];
    };
    const past = new Date(Date.now() - 60_000).toISOString();
    const future = new Date(Date.now() + 60_000).toISOString();

    assertEquals(await create({ p_label: "x".repeat(101) }), [
      MALFORMED,
      "A label has at most 100 characters",
      null,
    ]);
    assertEquals(await create({ p_expires_at: past }), [
      MALFORMED,
      "A share expires in the future, or never",
      null,
    ]);
    assertEquals(await create({ p_label: ` \t\r\n${"x".repeat(100)}\r\n\t `, p_expires_at: future }), null);
    assertEquals(await create({ p_label: " \r\n\u00a0" }), null);
    const { data } = await owner.from("session_shares").select("label").order("created_at");
    assertEquals(data, [{ label: "x".repeat(100) }, { label: null }]);
  }],
]);
