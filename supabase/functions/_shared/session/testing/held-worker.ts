/** Workers whose calls to the store a test can hold back, to play one exact order of events. */
import type { SessionStore } from "../../store/session-store.ts";
import { SESSION, type World } from "../../testing/world.ts";
import { createScriptedModel, type Script } from "../../turn/testing/scripted-model.ts";

/** A worker whose calls a test can hold back: from `hold` on they wait, in both directions, until `release`. */
export function addHeldWorker(world: World, scripts: Script[]) {
  let gate = Promise.resolve();
  let open = () => {};
  let held: readonly string[] = [];
  const guard =
    <Request, Answer>(name: string, call: (request: Request) => Promise<Answer>) =>
    async (request: Request): Promise<Answer> => {
      if (held.includes(`${name} request`)) await gate;
      const answer = await call(request);
      if (held.includes(`${name} answer`)) await gate;
      return answer;
    };
  const wrapStore = (store: SessionStore): SessionStore => ({
    ...store,
    append: guard("append", store.append),
    submitCommand: guard("submit", store.submitCommand),
    claimSession: guard("claim", store.claimSession),
    readLog: guard("read", store.readLog),
  });
  return {
    ...world.addWorker({ model: createScriptedModel(scripts), wrapStore }),
    hold(...calls: string[]) {
      held = calls;
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      open = resolve;
    },
    release() {
      held = [];
      open();
    },
  };
}

export function addWorker(world: World, scripts: Script[]) {
  return world.addWorker({ model: createScriptedModel(scripts) });
}

/** As if its leader had not been heard of for a lease time. */
export function expireLease({ database, clock }: World): void {
  const lease = database.sessions.get(SESSION)?.lease;
  if (lease) lease.expiresAt = clock.now();
}
