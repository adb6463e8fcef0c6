/** Two workers, three clients, one session, one store: everything real but time, the wire, the model and the database. */
import { Backlog } from "../../../functions/_shared/connection/backlog.ts";
import { Connection } from "../../../functions/_shared/connection/connection.ts";
import { ConnectionLimit } from "../../../functions/_shared/connection/connection-limit.ts";
import { createPlainProfile } from "../../../functions/_shared/connection/plain-profile.ts";
import { parleyProfile } from "../../../functions/_shared/connection/parley-profile.ts";
import { parseCursor } from "../../../functions/_shared/protocol/mod.ts";
import { AppendLane } from "../../../functions/_shared/session/append-lane.ts";
import { BroadcastLane } from "../../../functions/_shared/session/broadcast-lane.ts";
import { Worker } from "../../../functions/_shared/session/worker.ts";
import { createMemorySessionStore } from "../../../functions/_shared/store/memory-session-store.ts";
import {
  createMemoryDatabase,
  type MemoryDatabase,
} from "../../../functions/_shared/store/memory/memory-database.ts";
import { sweepMemoryDatabase } from "../../../functions/_shared/store/memory/sweep.ts";
import { Link } from "./link.ts";
import { Network } from "./network.ts";
import { PlainEar } from "./plain-ear.ts";
import { Process } from "./process.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";
import { createWorldModel, createWorldTools, type ToolRecord } from "./world-model.ts";
import { WorldClient } from "./world-client.ts";

export const SESSION = "cccccccc-0000-4000-8000-000000000003";
const ADA = "aaaaaaaa-0000-4000-8000-000000000001";
const YEAR_MS = 365 * 24 * 3_600_000;
export const WORKER_COUNT = 2;
export const CLIENT_COUNT = 3;

interface Host {
  process: Process;
  worker: Worker;
  accept(url: string): ConstructorParameters<typeof Link>[0]["accept"];
}

export class SmallWorld {
  readonly time: VirtualClock = createVirtualClock();
  readonly network = new Network(this.time);
  readonly database: MemoryDatabase;
  readonly tools: ToolRecord = { executions: new Map(), effects: new Map() };
  readonly hosts: Host[];
  readonly clients: WorldClient[];
  readonly ear: PlainEar | null;
  readonly #continuesText: boolean;
  #idCount = 0;
  #wakeCount = 0;

  /** With an ear somebody is always attached, so that the session ends by its users' word alone. */
  constructor({ continuesText, hasEar }: { continuesText: boolean; hasEar: boolean }) {
    this.#continuesText = continuesText;
    const start = new Process(this.time).clock.now();
    this.database = createMemoryDatabase({ clock: { now: () => start + this.time.now() } });
    // The checker reads every chunk that was ever committed.
    this.database.settings.bufferKeepMs = YEAR_MS;
    this.hosts = Array.from({ length: WORKER_COUNT }, () => this.#createHost());
    this.database.wake = () => this.#wake();
    this.clients = Array.from({ length: CLIENT_COUNT }, (_, index) => new WorldClient(this, index));
    this.ear = hasEar ? new PlainEar(this) : null;
  }

  readonly createId = (): string => {
    return `00000000-0000-4000-8000-${(++this.#idCount).toString(16).padStart(12, "0")}`;
  };

  /** Opens a link to whichever worker stands at this place now. */
  dial(url: string, place: number): Link {
    const host = this.hosts[place % WORKER_COUNT] as Host;
    return new Link({ time: this.time, process: host.process, accept: host.accept(url) });
  }

  /** The platform starts another worker in its place. */
  kill(place: number): void {
    const host = this.hosts[place % WORKER_COUNT] as Host;
    host.process.kill();
    this.hosts[place % WORKER_COUNT] = this.#createHost();
  }

  /** The platform retires a worker: new sockets go to another one from now on. */
  retire(place: number, how: "drain" | "leave"): void {
    const host = this.hosts[place % WORKER_COUNT] as Host;
    host.process.enter(() => void (how === "drain" ? host.worker.drain() : host.worker.leave()));
    this.hosts[place % WORKER_COUNT] = this.#createHost();
    this.#retired.push(host);
  }

  readonly #retired: Host[] = [];

  sweep(): void {
    if (!this.network.isDown) sweepMemoryDatabase(this.database);
  }

  /** The platform gives the request to any worker; pg_net loses every third. */
  #wake(): void {
    const place = this.#wakeCount++;
    if (place % 3 === 2) return;
    const { process, worker } = this.hosts[place % WORKER_COUNT] as Host;
    process.enter(() => void worker.wake(SESSION).catch(() => {}));
  }

  restartDatabase(): void {
    this.database.serverStartedAt = this.database.clock.now();
  }

  /** No more trouble: what was paused wakes, what is retired ends, everybody may come back. */
  calm(): void {
    this.network.clear();
    for (const host of [...this.hosts, ...this.#retired]) host.process.wake();
    for (const host of this.#retired) host.process.enter(() => void host.worker.leave());
    for (const client of this.clients) client.comeBack();
  }

  close(): void {
    for (const host of [...this.hosts, ...this.#retired]) host.process.kill();
    this.time.close();
  }

  #createHost(): Host {
    const process = new Process(this.time);
    const { clock } = process;
    const workerId = this.createId();
    const store = this.network.connect(createMemorySessionStore(this.database), process);
    const worker = new Worker({
      store,
      lane: new AppendLane({ store, workerId, clock }),
      broadcastLane: new BroadcastLane({ broadcaster: { broadcast: () => Promise.resolve() }, clock }),
      model: createWorldModel(clock, { continuesText: this.#continuesText }),
      tools: createWorldTools(this.tools, clock),
      clock,
      workerId,
      createId: this.createId,
      waitUntil: () => {},
      openUserDatabase: () => ({ select: () => Promise.resolve([]), call: () => Promise.resolve(null) }),
    });
    const connectionLimit = new ConnectionLimit(50);
    const backlog = new Backlog({ clock });
    const expiresAt = clock.now() + YEAR_MS;
    const credentials = { userId: ADA, accessToken: "token", expiresAt };
    const verifyToken = () => Promise.resolve({ ok: true as const, credentials });
    return {
      process,
      worker,
      accept: (url) => (socket) => {
        const { searchParams } = new URL(url);
        const after = searchParams.get("after");
        return new Connection({
          connectionId: this.createId(),
          sessionId: SESSION,
          cursor: after === null ? null : parseCursor(after),
          credentials,
          profile: searchParams.has("plain") ? createPlainProfile(this) : parleyProfile,
          socket,
        }, { worker, verifyToken, clock, connectionLimit, backlog });
      },
    };
  }
}
