import { assertEquals } from "@std/assert";
import { createFakeClock } from "../../functions/testing/fake-clock.ts";
import { type Fate, FaultyNetwork } from "./faults.ts";

function openNetwork(fates: Record<string, Fate>) {
  const clock = createFakeClock();
  const network = new FaultyNetwork(clock.setTimer);
  const arrived: string[] = [];
  network.decide = ({ broadcast }) => fates[broadcast.event] ?? "deliver";
  return {
    ...{ clock, network, arrived },
    send(event: string, receiver = "channel"): void {
      const broadcast = { event, content: { encoding: "json", text: "{}" } } as const;
      network.carry({ topic: "t", isPrivate: true, broadcast, connectionId: 1 }, {
        receiver,
        deliver: () => arrived.push(event),
      });
    },
  };
}

Deno.test("FaultyNetwork drops, delays and holds back", () => {
  const { clock, arrived, send } = openNetwork({
    lost: "drop",
    slow: { delayMs: 10 },
    behind: { behind: 1 },
  });

  for (const event of ["lost", "slow", "behind", "plain"]) send(event);
  assertEquals(arrived, ["plain", "behind"]);
  clock.advance(10);

  assertEquals(arrived, ["plain", "behind", "slow"]);
});

Deno.test("FaultyNetwork counts what a broadcast is held behind by receiver", () => {
  const { arrived, send } = openNetwork({ held: { behind: 1 } });

  send("held", "first");
  send("other", "second");
  assertEquals(arrived, ["other"]);
  send("next", "first");

  assertEquals(arrived, ["other", "next", "held"]);
});

Deno.test("FaultyNetwork delivers what it held when the faults are taken back, and nothing after clear()", () => {
  const { clock, network, arrived, send } = openNetwork({ held: { behind: 9 }, slow: { delayMs: 10 } });

  send("held");
  network.decide = undefined;
  assertEquals(arrived, ["held"]);

  network.decide = () => ({ delayMs: 10 });
  send("slow");
  network.clear();
  clock.advance(10);
  assertEquals(arrived, ["held"]);
});
