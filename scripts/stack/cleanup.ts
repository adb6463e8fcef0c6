/** Remembers what was started, to stop it in the opposite order. */

export interface Cleanup {
  /** The latest is run first. */
  defer(action: () => PromiseLike<void> | void): void;
  /** Runs every action once, also when one fails; then rejects with what failed. */
  run(): Promise<void>;
}

export function createCleanup(): Cleanup {
  const actions: (() => PromiseLike<void> | void)[] = [];
  return {
    defer: (action) => void actions.push(action),
    async run() {
      const failures: unknown[] = [];
      for (let action = actions.pop(); action; action = actions.pop()) {
        try {
          await action();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length === 1) throw failures[0];
      if (failures.length > 1) throw new AggregateError(failures, "Several parts of the stack did not stop");
    },
  };
}
