/** A session that its owner shares, with signed-in clients for the owner and for an observer who accepted. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { assert } from "@std/assert";
import type { Scene } from "../../../functions/_shared/store/contract/drive.ts";
import type { Database } from "../../../functions/_shared/database.types.ts";
import { createUser } from "./postgres-world.ts";
import { openScene } from "./open-scene.ts";
import type { TestDatabase } from "./open-test-database.ts";

export type UserClient = SupabaseClient<Database>;

export interface Share {
  shareId: string;
  code: string;
}

export interface SharedScene extends Scene {
  owner: UserClient;
  share: Share;
  observer: UserClient;
  observerId: string;
}

export async function createShare(owner: UserClient, sessionId: string): Promise<Share> {
  const { data, error } = await owner.rpc("create_share", { p_session_id: sessionId });
  assert(error === null, error?.message);
  return data as unknown as Share;
}

export async function shareScene(database: TestDatabase): Promise<SharedScene> {
  const scene = await openScene(database);
  const owner = await database.signIn(scene.userId);
  const observerId = await createUser(database.sql);
  const observer = await database.signIn(observerId);
  const share = await createShare(owner, scene.sessionId);
  const { error } = await observer.rpc("accept_share", { p_code: share.code });
  assert(error === null, error?.message);
  return { ...scene, owner, share, observer, observerId };
}
