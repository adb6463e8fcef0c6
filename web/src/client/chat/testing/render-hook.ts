/** Runs a React hook without a page: its component shows nothing, so React needs no more of the DOM than a root. */
import { performance } from "node:perf_hooks";
import { createElement, Fragment, StrictMode } from "react";
import { createRoot } from "react-dom/client";

export interface RenderedHook<Result> {
  /** What the hook returned last. */
  readonly current: Result;
  unmount(): Promise<void>;
}

/** `isStrict`: as in development, every effect runs, is taken back and runs again. */
export async function renderHook<Result>(
  useHook: () => Result,
  { isStrict = false }: { isStrict?: boolean } = {},
): Promise<RenderedHook<Result>> {
  stubBrowser();
  const results: Result[] = [];
  function Host(): null {
    results.push(useHook());
    return null;
  }
  const root = createRoot(createRootElement());
  root.render(createElement(isStrict ? StrictMode : Fragment, null, createElement(Host)));
  await settleReact();
  return {
    get current() {
      return results[results.length - 1] as Result;
    },
    unmount() {
      root.unmount();
      return settleReact();
    },
  };
}

/** Lets React render what has changed: it works in tasks of its own, one after another. */
export async function settleReact(): Promise<void> {
  for (let task = 0; task < 4; task++) await new Promise((resolve) => setTimeout(resolve, 0));
}

function stubBrowser(): void {
  // React asks the window which event it is in, and whether a frame within it has the focus.
  const window = { event: undefined, HTMLIFrameElement: class {} };
  Object.assign(globalThis, { window });
  // React records measures wherever `measure` exists; Deno has that, but nothing to clear them with.
  Object.assign(performance, { clearMeasures() {}, clearMarks() {} });
}

function createRootElement(): HTMLElement {
  const document = { nodeType: 9, addEventListener() {}, removeEventListener() {}, activeElement: null };
  const element = { ...document, nodeType: 1, nodeName: "DIV", tagName: "DIV", ownerDocument: document };
  return element as unknown as HTMLElement;
}
