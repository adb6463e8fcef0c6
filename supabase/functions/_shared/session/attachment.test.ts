import { assertEquals } from "@std/assert";
import type { Frame } from "../protocol/mod.ts";
import { Attachment } from "./attachment.ts";
import type { Listener } from "./listener.ts";

function attach(heldSeq: number) {
  const told: Frame[] = [];
  const listener: Listener = {
    connectionId: "connection-1",
    credentials: { userId: "user-1", accessToken: "token", expiresAt: 0 },
    wantsHistory: true,
    send: (frame) => void told.push(frame),
    speak: ({ frame }) => void told.push(frame),
    hasRoom: () => Promise.resolve(true),
    close: () => {},
  };
  return { attachment: new Attachment(listener, heldSeq), told };
}

Deno.test("[R4] a follower that learns late of a takeover takes nothing from a listener whose replay knew of it", () => {
  const { attachment, told } = attach(12);
  attachment.open({ replayedSeq: 29, epoch: 2 });

  attachment.rewind({ epoch: 2, rewindTo: 12, lostEpoch: 1 });

  assertEquals([told, attachment.heardSeq], [[], 29]);
});

Deno.test("[K3] words of a lost epoch are taken back, once", () => {
  const { attachment, told } = attach(0);
  attachment.open({ replayedSeq: 29, epoch: 2 });

  attachment.rewind({ epoch: 3, rewindTo: 20, lostEpoch: 2 });
  attachment.rewind({ epoch: 3, rewindTo: 20, lostEpoch: 2 });

  assertEquals(told, [{ type: "session.rewound", epoch: 3, rewindTo: 20 }]);
  assertEquals(attachment.heardSeq, 20);
});

Deno.test("[K3] a worker that lost its own commits takes them back under the same epoch", () => {
  const { attachment, told } = attach(0);
  attachment.open({ replayedSeq: 29, epoch: 2 });

  attachment.rewind({ epoch: 2, rewindTo: 20, lostEpoch: 2 });

  assertEquals(told, [{ type: "session.rewound", epoch: 2, rewindTo: 20 }]);
});
