/** The tests of one file on one target, opened by the first and closed by the last. */
import { openTarget, type Target } from "./target.ts";
import type { Stack, StackOptions } from "../../../../scripts/stack/stack.ts";

export interface SuiteOptions extends StackOptions {
  /** Leaves the tests out where the target is not our own embedded stack. */
  embeddedOnly?: boolean;
}

export function createSuite({ embeddedOnly = false, ...options }: SuiteOptions = {}) {
  let opening: Promise<Target> | undefined;
  const isElsewhere = Boolean(Deno.env.get("STACK_URL"));
  // The target outlives each single test, so that its sockets and processes would look like leaks.
  const shared = { ignore: embeddedOnly && isElsewhere, sanitizeOps: false, sanitizeResources: false };
  const open = () => opening ??= openTarget(options);

  return {
    test(name: string, run: (target: Target) => Promise<void>): void {
      Deno.test({ ...shared, name, fn: async () => await run(await open()) });
    },
    /** A test of what only the embedded stack can do; left out elsewhere. */
    testEmbedded(name: string, run: (target: Target & { stack: Stack }) => Promise<void>): void {
      const fn = async () => {
        const target = await open();
        if (!target.stack) throw new Error("Cannot run on another stack");
        await run(Object.assign(target, { stack: target.stack }));
      };
      Deno.test({ ...shared, ignore: isElsewhere, name, fn });
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
