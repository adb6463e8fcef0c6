/** Runs a test on a stack of its own, with the tables of the test project. */

import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { fileURLToPath } from "node:url";
import { type Stack, type StackOptions, startStack } from "../start-stack.ts";

const TEST_PROJECT = fileURLToPath(new URL("./project", import.meta.url));

export async function withStack(
  run: (stack: Stack) => Promise<void>,
  options: StackOptions = {},
): Promise<void> {
  await using stack = await startStack({ projectDir: TEST_PROJECT, functions: false, ...options });
  await run(stack);
}

/** A client without timers, so that a test leaves nothing running. */
export function createTestClient(stack: Stack, key = stack.publishableKey): SupabaseClient {
  return createClient(stack.apiUrl, key, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: WebSocket },
  });
}

export async function signInDemo(stack: Stack): Promise<SupabaseClient> {
  const client = createTestClient(stack);
  const { error } = await client.auth.signInWithPassword(stack.demo);
  if (error) throw error;
  return client;
}
