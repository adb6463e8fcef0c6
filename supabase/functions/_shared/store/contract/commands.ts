/** Commands: R5, R10, K10. */
import { assertEquals, assertRejects } from "@std/assert";
import type { DurableCommand } from "../../protocol/mod.ts";
import { StoreError } from "../store-error.ts";
import { append, appendOk, createScene, lead, type Scene, userEvent } from "./drive.ts";
import type { ContractTest } from "../session-store-contract.ts";

function submit({ world, sessionId, userId }: Scene, command: DurableCommand) {
  return world.store.submitCommand({ sessionId, userId, command });
}

function create(text = "Hello"): DurableCommand {
  return { type: "message.create", id: crypto.randomUUID(), text, onBusy: "queue" };
}

const FRESH = { duplicate: false, settled: false, seq: null, refusal: null, targetTurnId: null };

export const commandTests: ContractTest[] = [
  ["[R5] one id in two spellings is one command, told in the inbox in lower case", async (world) => {
    const scene = await createScene(world);
    const { sessionId, userId } = scene;
    const { epoch } = await lead(scene);
    const id = "ABCDEF00-0000-4000-8000-" + crypto.randomUUID().slice(-12);
    const submit = (id: string) =>
      world.store.submitCommand({ sessionId, userId, command: { type: "session.end", id } });

    const submitted = [await submit(id), await submit(id.toLowerCase()), await submit(id)];
    const { inbox } = await appendOk(scene, { epoch, seqFrom: 1 });

    assertEquals(submitted.map(({ duplicate }) => duplicate), [false, true, true]);
    assertEquals(inbox.map(({ command }) => command.id), [id.toLowerCase()]);
  }],

  ["[K10] a command waits in the inbox until it is acknowledged with its effect", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const [first, second] = [create("one"), create("two")];

    const submitted = [await submit(scene, first), await submit(scene, second)];
    const waiting = await appendOk(scene, { epoch, seqFrom: 1 });
    const acks = [{ commandId: first.id, seq: 1 }];
    const rest = await appendOk(scene, { epoch, seqFrom: 1, events: [userEvent(1)], acks });

    const { userId } = scene;
    assertEquals(submitted, [FRESH, FRESH]);
    assertEquals(waiting.inbox, [
      { command: first, userId, targetTurnId: null },
      { command: second, userId, targetTurnId: null },
    ]);
    assertEquals(rest.inbox, [{ command: second, userId, targetTurnId: null }]);
  }],

  ["[R5] a command sent again is known, before and after it is settled", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const command = create();
    await submit(scene, command);

    const waiting = await submit(scene, command);
    await appendOk(scene, {
      epoch,
      seqFrom: 1,
      events: [userEvent(1)],
      acks: [{ commandId: command.id, seq: 1 }],
    });
    const settled = await submit(scene, command);

    assertEquals(waiting, { ...FRESH, duplicate: true });
    assertEquals(settled, { ...FRESH, duplicate: true, settled: true, seq: 1 });
  }],

  ["[R5] two workers that submit the same command record it once", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const command = create();

    const submitted = await Promise.all([submit(scene, command), submit(scene, command)]);

    assertEquals(submitted.map(({ duplicate }) => duplicate).toSorted(), [false, true]);
    assertEquals((await appendOk(scene, { epoch, seqFrom: 1 })).inbox.length, 1);
  }],

  ["[K10] an acknowledgement in a batch that is refused settles nothing", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const command = create();
    await submit(scene, command);

    await append(scene, { epoch, seqFrom: 9, acks: [{ commandId: command.id, seq: 9 }] });

    assertEquals((await submit(scene, command)).settled, false);
  }],

  ["a refusal is remembered for whoever asks again", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const command = create();
    await submit(scene, command);
    await appendOk(scene, {
      epoch,
      seqFrom: 1,
      acks: [{ commandId: command.id, seq: null, refusal: "busy" }],
    });

    const again = await submit(scene, command);

    assertEquals(again, { ...FRESH, duplicate: true, settled: true, refusal: "busy" });
  }],

  ["[R10] another user cannot submit a command", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const userId = await world.createUser();

    const error = await assertRejects(() => submit({ ...scene, userId }, create()), StoreError);

    assertEquals(error.code, "forbidden");
    assertEquals((await appendOk(scene, { epoch, seqFrom: 1 })).inbox, []);
  }],
];
