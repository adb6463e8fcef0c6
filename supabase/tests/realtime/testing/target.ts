/**
 * The stack that the promises are put to: the one named by `STACK_URL`, `STACK_PUBLISHABLE_KEY`, `STACK_SECRET_KEY` and
 * `STACK_DB_URL` (as `postgres`), else an embedded one of their own.
 */
import { startStack } from "../../../../scripts/stack/start-stack.ts";
import type { Stack, StackOptions } from "../../../../scripts/stack/stack.ts";
import { openAccess, type TopicAccess } from "./topic-access.ts";

export interface RealtimeTarget extends AsyncDisposable {
  readonly apiUrl: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  /** Who may do what on private topics, and the database that broadcasts. */
  readonly access: TopicAccess;
  /** What only the embedded stack can do; null when the tests point elsewhere. */
  readonly stack: Stack | null;
}

/** The rates of the free plan would stop a suite that hurries; the tests of limits set their own. */
const ROOMY_LIMITS = {
  messagesPerSecond: 100_000,
  joinsPerSecond: 100_000,
  presenceMessagesPerSecond: 100_000,
  presenceCallsPerWindow: 1_000,
};

export const isElsewhere = Boolean(Deno.env.get("STACK_URL"));

export async function openTarget(options: StackOptions = {}): Promise<RealtimeTarget> {
  const apiUrl = Deno.env.get("STACK_URL");
  if (apiUrl) {
    const access = await openAccess(readVariable("STACK_DB_URL"));
    return {
      ...{ apiUrl, access, stack: null },
      publishableKey: readVariable("STACK_PUBLISHABLE_KEY"),
      secretKey: readVariable("STACK_SECRET_KEY"),
      [Symbol.asyncDispose]: () => access.close(),
    };
  }
  const { realtime } = options;
  const stack = await startStack({
    functions: false,
    ...options,
    realtime: { ...realtime, limits: { ...ROOMY_LIMITS, ...realtime?.limits } },
    ...(Deno.env.get("STACK_LOG") ? { log: console.log } : {}),
  });
  const access = await openAccess(stack.dbUrl);
  const { publishableKey, secretKey } = stack;
  return {
    ...{ apiUrl: stack.apiUrl, publishableKey, secretKey, access, stack },
    async [Symbol.asyncDispose]() {
      await access.close();
      await stack.stop();
    },
  };
}

function readVariable(name: string): string {
  const value = Deno.env.get(name);
  if (!value) throw new Error(`Cannot use STACK_URL: set ${name} too`);
  return value;
}
