/** What every session and summary store must do: one suite, run on memory and on Postgres. */
import { appendTests } from "./contract/appending.ts";
import { cancelTests } from "./contract/cancels.ts";
import { closingTests } from "./contract/closing.ts";
import { commandTests } from "./contract/commands.ts";
import { endingTests } from "./contract/endings.ts";
import { leaseTests } from "./contract/leases.ts";
import { readTests } from "./contract/reading.ts";
import { stoppingTests } from "./contract/stopping.ts";
import type { StoreWorld } from "./contract/store-world.ts";
import { summaryTests } from "./contract/summaries.ts";
import { watchTests } from "./contract/watching.ts";

export type ContractTest = [name: string, run: (world: StoreWorld) => Promise<void>];

export const SESSION_STORE_CONTRACT: readonly ContractTest[] = [
  ...leaseTests,
  ...appendTests,
  ...readTests,
  ...commandTests,
  ...cancelTests,
  ...closingTests,
  ...endingTests,
  ...stoppingTests,
  ...summaryTests,
  ...watchTests,
];
