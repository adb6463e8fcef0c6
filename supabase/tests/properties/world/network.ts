/** The way from the workers to the store: calls take time, get lost before or after their effect, or hang. */
import type { SessionStore } from "../../../functions/_shared/store/session-store.ts";
import { StoreError } from "../../../functions/_shared/store/store-error.ts";
import type { Process } from "./process.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export const OPERATIONS = [
  "openSession",
  "claimSession",
  "detachConnection",
  "submitCommand",
  "append",
  "readLog",
] as const;
export type Operation = typeof OPERATIONS[number];

export const FAULTS = ["slow-request", "slow-response", "request-lost", "response-lost", "hang"] as const;

/** What befalls the next `count` calls of a worker. */
export interface Trouble {
  operation: Operation | "any";
  fault: typeof FAULTS[number];
  count: number;
  delayMs: number;
}

const LATENCY_MS = 2;
/** The adapter gives a call up after this time. */
const CALL_TIMEOUT_MS = 10_000;

export class Network {
  readonly #time: VirtualClock;
  #troubles: Trouble[] = [];
  /** The database does not answer. */
  isDown = false;

  constructor(time: VirtualClock) {
    this.#time = time;
  }

  add(trouble: Trouble): void {
    this.#troubles.push({ ...trouble });
  }

  clear(): void {
    this.#troubles = [];
    this.isDown = false;
  }

  /** The store as a worker reaches it. A request under way arrives even when its sender has died meanwhile. */
  connect(store: SessionStore, process: Process): SessionStore {
    const through =
      <Request, Answer>(operation: Operation, call: (request: Request) => Promise<Answer>) =>
      (request: Request): Promise<Answer> => this.#carry(process, { operation, call: () => call(request) });
    return {
      openSession: through("openSession", store.openSession),
      claimSession: through("claimSession", store.claimSession),
      detachConnection: through("detachConnection", store.detachConnection),
      submitCommand: through("submitCommand", store.submitCommand),
      append: through("append", store.append),
      readLog: through("readLog", store.readLog),
    };
  }

  #carry<Answer>(
    process: Process,
    { operation, call }: { operation: Operation; call: () => Promise<Answer> },
  ): Promise<Answer> {
    const trouble = this.#take(operation);
    const { fault, delayMs = 0 } = trouble ?? {};
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const answer = (afterMs: number, run: () => void) => {
      this.#time.schedule(afterMs, () => process.enter(run));
    };
    const fail = () =>
      answer(LATENCY_MS, () =>
        reject(
          new StoreError("storage_unavailable", `Cannot call ${operation}: the connection was lost`),
        ));
    this.#time.schedule(CALL_TIMEOUT_MS, () => process.enter(() => reject(timedOut(operation))));

    this.#time.schedule(LATENCY_MS + (fault === "slow-request" ? delayMs : 0), () => {
      if (this.isDown || fault === "request-lost") return fail();
      call().then((value) => {
        if (fault === "hang") return;
        if (fault === "response-lost") return fail();
        answer(LATENCY_MS + (fault === "slow-response" ? delayMs : 0), () => resolve(value));
      }, (error) => answer(LATENCY_MS, () => reject(error)));
    });
    return promise;
  }

  #take(operation: Operation): Trouble | null {
    const trouble = this.#troubles.find((candidate) =>
      candidate.operation === "any" || candidate.operation === operation
    );
    if (!trouble) return null;
    trouble.count--;
    if (trouble.count <= 0) this.#troubles = this.#troubles.filter((other) => other !== trouble);
    return trouble;
  }
}

function timedOut(operation: string): StoreError {
  return new StoreError("storage_unavailable", `Cannot call ${operation}: it did not answer in time`);
}
