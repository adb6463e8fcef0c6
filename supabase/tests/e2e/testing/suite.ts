/** The tests of one file on one target, opened by the first and closed by the last. */
import { openTarget, type Target } from "./target.ts";
import type { StackOptions } from "../../../../scripts/stack/stack.ts";

export interface SuiteOptions extends StackOptions {
  /** Leaves the tests out where the target is not our own embedded stack. */
  embeddedOnly?: boolean;
}

export function createSuite({ embeddedOnly = false, ...options }: SuiteOptions = {}) {
  let opening: Promise<Target> | undefined;
  const ignore = embeddedOnly && Boolean(Deno.env.get("STACK_URL"));
  // The target outlives each single test, so that its sockets and processes would look like leaks.
  const shared = { ignore, sanitizeOps: false, sanitizeResources: false };

  return {
    test(name: string, run: (target: Target) => Promise<void>): void {
      Deno.test({ ...shared, name, fn: async () => await run(await (opening ??= openTarget(options))) });
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
