/** The contract of the store on Postgres, through the official client and the Data API, as the functions use it. */
import { SESSION_STORE_CONTRACT } from "../../functions/_shared/store/session-store-contract.ts";
import type { StoreWorld } from "../../functions/_shared/store/contract/store-world.ts";
import { databaseTests } from "./testing/database-tests.ts";
import { createPostgresWorld } from "./testing/postgres-world.ts";

let world: StoreWorld | undefined;

databaseTests(
  "Postgres session store",
  SESSION_STORE_CONTRACT.map(([name, run]) => [name, async ({ sql, server }) => {
    world ??= await createPostgresWorld({ sql, client: server });
    await run(world);
  }]),
);
