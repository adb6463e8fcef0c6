/** A stack, its page and a browser; all three are closed together. */
import type { Browser } from "playwright-core";
import { createCleanup } from "../../../../scripts/stack/cleanup.ts";
import { openTarget, type Target } from "../../e2e/testing/target.ts";
import { buildPage } from "./build-page.ts";
import { launchBrowser } from "./launch-browser.ts";

export interface PageTarget extends AsyncDisposable {
  browser: Browser;
  target: Target;
  pageUrl: string;
}

/** Slow enough that an answer is seen growing. */
const WATCHABLE_PACE = { SIMULATED_TOKENS_PER_SECOND: "25", SIMULATED_FIRST_TOKEN_MS: "100" };
const DEMO_ACCOUNT = { email: "demo@parley.local", password: "parley-demo" };

export async function openPageTarget(): Promise<PageTarget> {
  const cleanup = createCleanup();
  try {
    const target = await openTarget({ functions: { env: WATCHABLE_PACE } });
    cleanup.defer(() => target[Symbol.asyncDispose]());
    const page = await buildPage({ ...target, demo: target.stack?.demo ?? DEMO_ACCOUNT });
    cleanup.defer(() => page[Symbol.asyncDispose]());
    const browser = await launchBrowser();
    cleanup.defer(() => browser.close());
    return { browser, target, pageUrl: page.url, [Symbol.asyncDispose]: () => cleanup.run() };
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}
