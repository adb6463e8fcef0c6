/** Tells when the code of the functions changed. */

import type { Clock } from "./clock.ts";

/** Editors write a file in several steps. */
const DEBOUNCE_MS = 200;
const RELEVANT_FILE = /(\.(ts|tsx|js|mjs|cjs|json|jsonc|wasm)|[\\/]\.env)$/;
const TEST_FILE = /\.test\.tsx?$/;

/** Returns a function that stops watching. */
export function watchFunctions(
  functionsDir: string,
  options: { clock: Clock; onChange: () => void },
): () => void {
  const watcher = Deno.watchFs(functionsDir, { recursive: true });
  let cancelTimer = () => {};

  async function watch(): Promise<void> {
    for await (const event of watcher) {
      if (event.kind === "access" || !event.paths.some(isRelevant)) continue;
      cancelTimer();
      cancelTimer = options.clock.setTimer(options.onChange, DEBOUNCE_MS);
    }
  }

  void watch();
  return () => {
    cancelTimer();
    watcher.close();
  };
}

function isRelevant(path: string): boolean {
  return RELEVANT_FILE.test(path) && !TEST_FILE.test(path);
}
