/** Waiting on a condition, with an end. */

const LOOK_MS = 25;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** True as soon as the condition holds, false when it has not within the time. A look that fails counts as no. */
export async function holdsWithin(
  patienceMs: number,
  condition: () => boolean | Promise<boolean>,
): Promise<boolean> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline;) {
    try {
      if (await condition()) return true;
    } catch {
      // The database may be restarting.
    }
    await pause(LOOK_MS);
  }
  return false;
}

/** Asks again until it is answered, for a minute; for the checker's own way to a database that restarts. */
export async function persist<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1;; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 300) throw error;
      await pause(200);
    }
  }
}
