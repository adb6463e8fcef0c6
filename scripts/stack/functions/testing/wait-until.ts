/** Waits for a condition instead of for a time. */

type Falsy = false | 0 | "" | null | undefined;

const POLL_MS = 10;

/** Resolves with the first truthy value of `probe`; throws when the deadline passes without one. */
export async function waitUntil<T>(
  what: string,
  probe: () => T | Promise<T>,
  deadlineMs = 15_000,
): Promise<Exclude<T, Falsy>> {
  const giveUpAt = performance.now() + deadlineMs;
  for (;;) {
    const value = await probe();
    if (value) return value as Exclude<T, Falsy>; // it is, having passed the test
    if (performance.now() > giveUpAt) throw new Error(`Waited ${deadlineMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
