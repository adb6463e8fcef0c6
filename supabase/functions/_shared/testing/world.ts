/** A small world for tests: one memory database, any number of workers, sockets on them, and time that stands still. */
import type { VerifyToken } from "../auth/verify-token.ts";
import { Backlog } from "../connection/backlog.ts";
import { Connection } from "../connection/connection.ts";
import { ConnectionLimit } from "../connection/connection-limit.ts";
import { parleyProfile } from "../connection/parley-profile.ts";
import { createPlainProfile } from "../connection/plain-profile.ts";
import type { Socket } from "../connection/socket.ts";
import type { LanguageModel } from "../model/language-model.ts";
import type { Cursor } from "../protocol/mod.ts";
import { AppendLane } from "../session/append-lane.ts";
import { BroadcastLane } from "../session/broadcast-lane.ts";
import type { Broadcast } from "../session/broadcaster.ts";
import {
  createManualClock,
  type ManualClock,
  type ManualClockOptions,
} from "../session/testing/manual-clock.ts";
import { Worker } from "../session/worker.ts";
import { createMemorySessionStore } from "../store/memory-session-store.ts";
import { createMemoryDatabase, type MemoryDatabase } from "../store/memory/memory-database.ts";
import type { SessionStore } from "../store/session-store.ts";
import type { Tool, UserDatabase } from "../tools/tool.ts";
import { FakeSocket } from "./fake-socket.ts";

export const ADA = "aaaaaaaa-0000-4000-8000-000000000001";
export const BOB = "bbbbbbbb-0000-4000-8000-000000000002";
export const SESSION = "cccccccc-0000-4000-8000-000000000003";

export interface World {
  clock: ManualClock;
  database: MemoryDatabase;
  /** What the channels were given, in order. */
  broadcasts: Broadcast[];
  addWorker(options: WorkerOptions): TestWorker;
}

export interface WorkerOptions {
  model: LanguageModel;
  tools?: readonly Tool[];
  userDatabase?: UserDatabase;
  openUserDatabase?: () => UserDatabase;
  /** Wraps the store of this worker, to delay, lose or fail its calls. */
  wrapStore?: (store: SessionStore) => SessionStore;
}

export interface TestWorker {
  worker: Worker;
  /** Opens a socket and lets the handshake settle. */
  connect(options?: ConnectOptions): Promise<FakeSocket>;
  /** Gives a socket of the test's own to this worker. */
  accept(socket: Socket, options?: ConnectOptions): Connection;
}

export interface ConnectOptions {
  sessionId?: string;
  userId?: string;
  cursor?: Cursor;
  isPlain?: boolean;
  expiresInMs?: number;
  /** False: what is sent stays on its way until the test reads it. */
  readsAtOnce?: boolean;
}

const noUserDatabase: UserDatabase = { select: () => Promise.resolve([]), call: () => Promise.resolve(null) };

export function createWorld(options: ManualClockOptions = {}): World {
  const clock = createManualClock(options);
  const database = createMemoryDatabase({ clock });
  const broadcasts: Broadcast[] = [];
  const broadcaster = {
    broadcast: (messages: Broadcast[]) => Promise.resolve(void broadcasts.push(...structuredClone(messages))),
  };
  let idCount = 0;
  const createId = () => `00000000-0000-4000-8000-${(++idCount).toString(16).padStart(12, "0")}`;
  const verifyToken: VerifyToken = (accessToken) => {
    const [userId = "", expiresAt = "0"] = accessToken.split("/");
    if (!accessToken.includes("/")) return Promise.resolve({ ok: false, code: "unauthorized" });
    return Promise.resolve({ ok: true, credentials: { userId, accessToken, expiresAt: Number(expiresAt) } });
  };

  return {
    clock,
    database,
    broadcasts,
    addWorker({
      model,
      tools = [],
      userDatabase = noUserDatabase,
      openUserDatabase = () => userDatabase,
      wrapStore = (store) => store,
    }) {
      const workerId = createId();
      const connectionLimit = new ConnectionLimit(10);
      const backlog = new Backlog({ clock });
      const store = wrapStore(createMemorySessionStore(database));
      const worker = new Worker({
        store,
        lane: new AppendLane({ store, workerId, clock }),
        broadcastLane: new BroadcastLane({ broadcaster, clock }),
        model,
        tools,
        clock,
        workerId,
        createId,
        waitUntil: () => {},
        openUserDatabase,
      });
      function accept(
        socket: Socket,
        {
          sessionId = SESSION,
          userId = ADA,
          cursor,
          isPlain = false,
          expiresInMs = 3_600_000,
        }: ConnectOptions = {},
      ): Connection {
        const expiresAt = clock.now() + expiresInMs;
        return new Connection({
          connectionId: createId(),
          sessionId,
          cursor: cursor ?? null,
          credentials: { userId, accessToken: `${userId}/${expiresAt}`, expiresAt },
          profile: isPlain ? createPlainProfile({ createId }) : parleyProfile,
          socket,
        }, { worker, verifyToken, clock, connectionLimit, backlog });
      }

      return {
        worker,
        accept,
        async connect({ readsAtOnce = true, ...options } = {}) {
          const socket = new FakeSocket({ createId });
          socket.readsAtOnce = readsAtOnce;
          socket.bind(accept(socket, options));
          await clock.advance(0);
          return socket;
        },
      };
    },
  };
}
