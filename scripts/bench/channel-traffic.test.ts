import { assertEquals } from "@std/assert";
import { type Arrival, type ChannelTraffic, toPeak, toTraffic, watchersThatFit } from "./channel-traffic.ts";

const EAR = 1;

function arrive(event: string, atMs: number, ...connectionIds: number[]): Arrival[] {
  return connectionIds.map((connectionId) => ({ event, atMs, connectionId, bytes: 100 }));
}

Deno.test("toTraffic() tells what was sent from what was delivered, and counts both", () => {
  const arrivals = [
    ...arrive("chunks", 0, EAR, 2, 3),
    ...arrive("chunks", 900, EAR, 2, 3),
    ...arrive("message", 1_000, EAR, 2, 3),
    ...arrive("session.changed", 1_950, EAR),
  ];

  assertEquals(toTraffic(arrivals, { watchers: 2, seconds: 2, earId: EAR }), {
    watchers: 2,
    seconds: 2,
    sent: { chunks: 2, message: 1, "session.changed": 1 },
    sends: 4,
    deliveries: 6,
    peakPerSecond: 6,
    bytesSent: 400,
    bytesDelivered: 600,
  });
});

Deno.test("toPeak() finds the busiest second wherever it begins, whatever the order", () => {
  assertEquals([toPeak([]), toPeak([5])], [0, 1]);
  assertEquals(toPeak([1_400, 100, 601, 1_599, 1_600]), 4);
  assertEquals(toPeak([0, 1_000, 2_000]), 1);
});

Deno.test("watchersThatFit() leaves room for what is sent, and counts whole watchers", () => {
  const traffic: ChannelTraffic = {
    ...{ watchers: 3, seconds: 10, sent: {}, peakPerSecond: 0, bytesSent: 0, bytesDelivered: 0 },
    ...{ sends: 120, deliveries: 360 },
  };

  assertEquals(watchersThatFit(traffic, 100), 7);
  assertEquals(watchersThatFit({ ...traffic, sends: 2_000 }, 100), 0);
  assertEquals(watchersThatFit({ ...traffic, watchers: 0, deliveries: 0 }, 100), null);
});
