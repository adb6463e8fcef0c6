/**
 * The stack the end-to-end tests talk to: the one named by `STACK_URL`, `STACK_PUBLISHABLE_KEY` and `STACK_SECRET_KEY`
 * (a real `supabase start`, or a running `npm start`), else an embedded one of their own.
 */
import { startStack } from "../../../../scripts/stack/start-stack.ts";
import type { Stack, StackOptions } from "../../../../scripts/stack/stack.ts";

export interface Target extends AsyncDisposable {
  apiUrl: string;
  publishableKey: string;
  secretKey: string;
  /** What only the embedded stack can do; absent when the tests point elsewhere. */
  stack: Stack | null;
}

/** Settings that make the simulated provider answer without pacing. */
const FAST_PROVIDER = { SIMULATED_TOKENS_PER_SECOND: "2000", SIMULATED_FIRST_TOKEN_MS: "0" };

export async function openTarget(options: StackOptions = {}): Promise<Target> {
  const apiUrl = Deno.env.get("STACK_URL");
  if (apiUrl) {
    const publishableKey = readVariable("STACK_PUBLISHABLE_KEY");
    const secretKey = readVariable("STACK_SECRET_KEY");
    return { apiUrl, publishableKey, secretKey, stack: null, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const functions = options.functions === false
    ? false as const
    : { hotReload: false, ...options.functions, env: { ...FAST_PROVIDER, ...options.functions?.env } };
  const log = Deno.env.get("STACK_LOG") ? (line: string) => console.log(line) : undefined;
  const stack = await startStack({ log, ...options, functions });
  const { publishableKey, secretKey } = stack;
  return {
    apiUrl: stack.apiUrl,
    publishableKey,
    secretKey,
    stack,
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

function readVariable(name: string): string {
  const value = Deno.env.get(name);
  if (!value) throw new Error(`Cannot use STACK_URL: set ${name} too (npm run -s status prints it)`);
  return value;
}
