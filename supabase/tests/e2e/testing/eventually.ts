/** Asks until the answer is there; for what another process will do soon. */
const PATIENCE_MS = 20_000;
const PAUSE_MS = 50;

export async function eventually<Value>(
  ask: () => Promise<Value | null | undefined | false>,
  what: string,
  { patienceMs = PATIENCE_MS } = {},
): Promise<Value> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline;) {
    const value = await ask();
    if (value !== null && value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`Waited in vain for ${what}`);
}
