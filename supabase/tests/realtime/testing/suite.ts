/** Registers the promises of one file: each is put to both wire versions on one target. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Stack, StackOptions } from "../../../../scripts/stack/stack.ts";
import { signUp } from "../../e2e/testing/user.ts";
import { isElsewhere, openTarget, type RealtimeTarget } from "./target.ts";

export type Vsn = "1.0.0" | "2.0.0";

export interface ClientOptions {
  key?: string;
  accessToken?: string;
  vsn?: Vsn;
  /** Told every message, as the client's `logger`. */
  logger?: (kind: string, message: string) => void;
  /** Another way to the target. */
  apiUrl?: string;
}

export interface World extends Omit<RealtimeTarget, typeof Symbol.asyncDispose> {
  readonly vsn: Vsn;
  /** A name that no other test uses. */
  readonly topic: string;
  /** Closed after the test. Without a token it is nobody. */
  open(options?: ClientOptions): SupabaseClient;
  openUser(): Promise<{ userId: string; accessToken: string; client: SupabaseClient }>;
}

type Run<Given> = (world: Given) => Promise<void>;

export function createSuite(options: StackOptions = {}) {
  let opening: Promise<RealtimeTarget> | undefined;
  // The target outlives each single test, so that its sockets and processes would look like leaks.
  const shared = { sanitizeOps: false, sanitizeResources: false };

  function register(
    name: string,
    { vsn, ignore, run }: { vsn: Vsn; ignore: boolean; run: Run<World> },
  ): void {
    Deno.test({
      ...shared,
      ignore,
      name: `vsn ${vsn}: ${name}`,
      async fn() {
        const target = await (opening ??= openTarget(options));
        await inWorld({ target, vsn }, run);
      },
    });
  }

  return {
    test(name: string, run: Run<World>): void {
      for (const vsn of ["1.0.0", "2.0.0"] as const) register(name, { vsn, ignore: false, run });
    },
    /** Of what one version alone can do. */
    testOf(vsn: Vsn, name: string, run: Run<World>): void {
      register(name, { vsn, ignore: false, run });
    },
    /** Of what needs a hand on the stack; left out elsewhere. */
    testEmbedded(name: string, run: Run<World & { stack: Stack }>): void {
      for (const vsn of ["1.0.0", "2.0.0"] as const) {
        register(name, {
          ...{ vsn, ignore: isElsewhere },
          run: (world) => run(world as World & { stack: Stack }),
        });
      }
    },
    /** Comes last in the file. */
    close(): void {
      Deno.test({
        ...shared,
        name: "the target closes cleanly",
        fn: async () => (await opening)?.[Symbol.asyncDispose](),
      });
    },
  };
}

async function inWorld(
  { target, vsn }: { target: RealtimeTarget; vsn: Vsn },
  run: Run<World>,
): Promise<void> {
  const clients: SupabaseClient[] = [];

  function open({ apiUrl, key, accessToken, ...wire }: ClientOptions = {}): SupabaseClient {
    const client = createClient(apiUrl ?? target.apiUrl, key ?? target.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false },
      realtime: { vsn, logger: () => {}, ...wire }, // without a logger it warns on the console
      ...(accessToken === undefined ? {} : { accessToken: () => Promise.resolve(accessToken) }),
    });
    clients.push(client);
    return client;
  }

  try {
    await run({
      ...target,
      ...{ vsn, open },
      topic: `conformance:${crypto.randomUUID()}`,
      async openUser() {
        const { userId, accessToken } = await signUp(target);
        return { userId, accessToken, client: open({ accessToken }) };
      },
    });
  } finally {
    await Promise.all(clients.map((client) => client.removeAllChannels()));
  }
}
