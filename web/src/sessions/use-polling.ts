/** Loads something at once, when asked, when the page is looked at again, and regularly while that makes sense. */
import { useCallback, useEffect, useRef, useState } from "react";

export interface Polled<Value> {
  /** `undefined` until the first answer. */
  value: Value | undefined;
  hasFailed: boolean;
  /** How often it has been loaded since `nextInMs` changed. */
  loadCount: number;
  refresh(): void;
}

export interface PollingOptions<Value> {
  load(signal: AbortSignal): Promise<Value>;
  /** The time to the next load, or `null` for none; `loadCount` as in `Polled`. */
  nextInMs(value: Value, loadCount: number): number | null;
}

const RETRY_MS = 5_000;

/** `load` and `nextInMs` have to keep their identity as long as they mean the same. */
export function usePolling<Value>({ load, nextInMs }: PollingOptions<Value>): Polled<Value> {
  const [value, setValue] = useState<Value>();
  const [loads, setLoads] = useState({ count: 0, nextInMs });
  const [hasFailed, setHasFailed] = useState(false);
  const refreshNow = useRef(() => {});

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let current = new AbortController();
    let count = 0;

    async function run(): Promise<void> {
      clearTimeout(timer);
      current.abort();
      const controller = current = new AbortController();
      try {
        const loaded = await load(controller.signal);
        if (controller.signal.aborted) return;
        setValue(loaded);
        setLoads({ count: ++count, nextInMs });
        setHasFailed(false);
        const delay = nextInMs(loaded, count);
        if (delay !== null) timer = setTimeout(() => void run(), delay);
      } catch {
        if (controller.signal.aborted) return;
        setHasFailed(true);
        timer = setTimeout(() => void run(), RETRY_MS);
      }
    }

    const onVisible = () => void (document.visibilityState === "visible" && run());
    refreshNow.current = () => void run();
    document.addEventListener("visibilitychange", onVisible);
    void run();
    return () => {
      document.removeEventListener("visibilitychange", onVisible);
      clearTimeout(timer);
      current.abort();
    };
  }, [load, nextInMs]);

  const refresh = useCallback(() => refreshNow.current(), []);
  // What was counted before the change does not count, also in the render that brings it.
  const loadCount = loads.nextInMs === nextInMs ? loads.count : 0;
  return { value, hasFailed, loadCount, refresh };
}
