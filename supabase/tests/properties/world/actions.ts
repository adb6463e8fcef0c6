/** What may happen in the small world, one step after the other; any subset of a run is a run, so that it shrinks well. */
import fc from "fast-check";
import { FAULTS, OPERATIONS } from "./network.ts";
import { KINDS } from "./world-model.ts";
import { CLIENT_COUNT, type SmallWorld, WORKER_COUNT } from "./small-world.ts";

const client = fc.nat(CLIENT_COUNT - 1);
const place = fc.nat(WORKER_COUNT - 1);
const onBusy = fc.constantFrom("queue" as const, "interrupt" as const, "reject" as const);

const deed = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant("say" as const),
      client,
      kind: fc.constantFrom(...KINDS),
      onBusy,
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("cancel" as const), client }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("pick" as const), client, index: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant("approve" as const), client, approved: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("regenerate" as const), client }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("repeat" as const), client }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("end" as const), client }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("leave" as const), client }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("reload" as const), client }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant("cut" as const),
      client,
      serverAfterMs: fc.constantFrom(0, 300, 20_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("reroute" as const), client }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("kill" as const), place }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("pause" as const), place }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("wake" as const), place }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant("retire" as const),
      place,
      how: fc.constantFrom("drain" as const, "leave" as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant("trouble" as const),
      operation: fc.constantFrom("any" as const, ...OPERATIONS),
      fault: fc.constantFrom(...FAULTS),
      count: fc.integer({ min: 1, max: 4 }),
      delayMs: fc.constantFrom(30, 400, 6_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("sweep" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant("restart" as const), downMs: fc.constantFrom(0, 500, 12_000) }),
  },
);

const afterMs = fc.constantFrom(0, 3, 40, 160, 400, 1_100, 5_000, 11_000);

export const arbitraryRun = fc.array(fc.record({ deed, afterMs }), { minLength: 1, maxLength: 24 });
export type Run = (typeof arbitraryRun) extends fc.Arbitrary<infer Value> ? Value : never;
type Deed = Run[number]["deed"];

export async function perform(world: SmallWorld, { deed, afterMs }: Run[number], tag: string): Promise<void> {
  act(world, deed, tag);
  await world.time.advance(afterMs);
}

function act(world: SmallWorld, deed: Deed, tag: string): void {
  const clientOf = (index: number) => world.clients[index]!;
  const processOf = (index: number) => world.hosts[index]!.process;
  switch (deed.does) {
    case "say":
      return clientOf(deed.client).say(`${deed.kind} ${tag} 6`, deed.onBusy);
    case "cancel":
    case "regenerate":
    case "repeat":
    case "end":
    case "leave":
    case "reload":
    case "reroute":
      return clientOf(deed.client)[deed.does]();
    case "pick":
      return clientOf(deed.client).cancelOne(deed.index);
    case "approve":
      return clientOf(deed.client).approve(deed.approved);
    case "cut":
      return clientOf(deed.client).cut(deed.serverAfterMs);
    case "kill":
      return world.kill(deed.place);
    case "pause":
      return processOf(deed.place).pause();
    case "wake":
      return processOf(deed.place).wake();
    case "retire":
      return world.retire(deed.place, deed.how);
    case "trouble":
      return world.network.add(deed);
    case "sweep":
      return world.sweep();
    case "restart":
      world.network.isDown = true;
      world.time.schedule(deed.downMs, () => {
        world.network.isDown = false;
        world.restartDatabase();
      });
  }
}
