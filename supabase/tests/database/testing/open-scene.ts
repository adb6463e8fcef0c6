/** A session with one finished answer, of a new user. */
import {
  finishAnswer,
  lead,
  type Scene,
  startAnswer,
} from "../../../functions/_shared/store/contract/drive.ts";
import { createPostgresWorld } from "./postgres-world.ts";
import type { TestDatabase } from "./open-test-database.ts";

export async function openScene({ sql, server }: Pick<TestDatabase, "sql" | "server">): Promise<Scene> {
  const world = await createPostgresWorld({ sql, client: server });
  const scene = { world, sessionId: crypto.randomUUID(), userId: await world.createUser() };
  const { epoch } = await lead(scene);
  const turn = await startAnswer(scene, { epoch });
  await finishAnswer(scene, { epoch, turn });
  return scene;
}
