/** A whole stack with breakable lines in it: from the clients to the gateway, and from the functions to the Data API. */
import postgres, { type Sql } from "postgres";
import { startStack } from "../../../scripts/stack/start-stack.ts";
import type { Stack } from "../../../scripts/stack/stack.ts";
import type { Target } from "../e2e/testing/target.ts";
import type { FunctionsRuntime } from "../../../scripts/stack/functions/functions-runtime.ts";
import { createDecideFate } from "./faults/decide-fate.ts";
import { openRegions } from "./open-regions.ts";
import { type DataApiProxy, startDataApiProxy } from "./proxies/data-api-proxy.ts";
import { NO_TROUBLE, type Trouble } from "./proxies/trouble.ts";
import { startWireProxy, type WireProxy } from "./proxies/wire-proxy.ts";
import type { Random } from "./random.ts";
import type { Tally } from "./tally.ts";

/** Short, so that much happens in a minute; a lease longer than the second in which its holder falls silent. */
const SETTINGS: Record<string, number> = {
  lease_ms: 2_500,
  // Longer than a call that hangs, or sessions would end under their sockets.
  attachment_ms: 8_000,
  grace_ms: 1_500,
  orphan_ms: 20_000,
  wake_after_ms: 1_000,
  buffer_keep_ms: 10_000,
  summary_backoff_ms: 500,
  summary_backoff_max_ms: 4_000,
  summary_claim_ms: 4_000,
  summary_attempts: 20,
};
const PACE = { SIMULATED_TOKENS_PER_SECOND: "300", SIMULATED_FIRST_TOKEN_MS: "20" };
/** Workers retire, drain and end by themselves, too. */
const WALL_CLOCK_MS = 30_000;
/** Besides the stack's own. */
const REGIONS = 1;

export interface ChaosWorld extends AsyncDisposable {
  readonly stack: Stack;
  readonly target: Target;
  readonly wire: WireProxy;
  /** Every place where workers run. */
  readonly runtimes: readonly FunctionsRuntime[];
  readonly tally: Tally;
  /** Straight to Postgres, for the checker; may fail while the server restarts. */
  readonly sql: Sql;
  /** Until when every call of the Data API fails. */
  outageUntil: number;
  /** No more faults of the lines. */
  isCalm: boolean;
}

export async function openChaosWorld(
  { random, tally, log }: { random: Random; tally: Tally; log?: (line: string) => void },
): Promise<ChaosWorld> {
  // The proxy is there before the stack that it leads to.
  const built: { stack?: Stack } = {};
  const state = { outageUntil: 0, isCalm: true };
  const calls = random.fork("data api");
  const requests = random.fork("pg_net");
  const upstream = () => built.stack?.apiUrl ?? "";

  const happens = (name: string, probability: number) => {
    const isHit = requests.chance(probability) && !state.isCalm;
    if (isHit) tally.count(name);
    return isHit;
  };
  const proxy: DataApiProxy = await startDataApiProxy({
    upstream,
    choose: () => {
      const trouble = chooseTrouble(calls);
      if (state.isCalm) return NO_TROUBLE;
      if (Date.now() < state.outageUntil) return counted(tally, { kind: "refused" });
      return counted(tally, trouble);
    },
  });
  const env = { ...PACE, SUPABASE_URL: proxy.url };
  const stack = built.stack = await startStack({
    log,
    netFaults: {
      loseRequest: () => happens("pg_net requests lost", 0.1),
      repeatRequest: () => happens("pg_net requests repeated", 0.1),
    },
    functions: { wallClockMs: WALL_CLOCK_MS, hotReload: false, env },
    // What many watchers may hear is not what is tried here.
    realtime: { limits: { messagesPerSecond: 1_000_000, joinsPerSecond: 10_000, connections: 10_000 } },
  });
  if (stack.realtime) {
    const fates = { random: random.fork("realtime"), tally, isCalm: () => state.isCalm };
    stack.realtime.faults = createDecideFate(fates);
  }
  const regions = await openRegions({ stack, count: REGIONS, env, wallClockMs: WALL_CLOCK_MS });
  const sql = postgres(stack.adminDbUrl, { max: 3, connect_timeout: 3, onnotice: () => {} });
  for (const [name, value] of Object.entries(SETTINGS)) {
    await sql`update private.settings set value = ${value} where name = ${name}`;
  }
  await sql`select cron.schedule('parley-sweep', '1 seconds', 'select private.sweep_sessions()')`;
  const wire = startWireProxy([stack.apiUrl, ...regions.map(({ url }) => url(""))]);
  const { publishableKey, secretKey } = stack;
  const target: Target = {
    ...{ apiUrl: stack.apiUrl, publishableKey, secretKey, stack },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return Object.assign(state, {
    ...{ stack, target, wire, tally, sql },
    runtimes: [...regions.map(({ runtime }) => runtime), ...(stack.functions ? [stack.functions] : [])],
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 5 });
      await wire[Symbol.asyncDispose]();
      await Promise.all(regions.map((region) => region[Symbol.asyncDispose]()));
      await stack.stop();
      await proxy[Symbol.asyncDispose]();
    },
  });
}

function chooseTrouble(random: Random): Trouble {
  const [die, beforeMs, afterMs] = [random.next(), random.below(300), random.below(500)];
  if (die < 0.01) return { kind: "refused" };
  if (die < 0.025) return { kind: "cut" };
  if (die < 0.027) return { kind: "hung" };
  return die < 0.07 ? { kind: "late", beforeMs, afterMs } : NO_TROUBLE;
}

function counted(tally: Tally, trouble: Trouble): Trouble {
  if (trouble.kind !== "none") tally.count(`database calls ${trouble.kind}`);
  return trouble;
}
