import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { isAnswerExpected, isUnderWay } from "../is-answer-expected.ts";
import { textOf } from "../protocol.ts";
import { createSessionModel, cursorOf, messagesOf } from "../session-model.ts";
import { FakeLog } from "../testing/fake-log.ts";
import { SESSION_ID } from "../testing/frames.ts";
import { type Heard, isBehind, isCutTooFar, type MergedLog, withHeard, withPage } from "./merged-log.ts";

const NOTHING: MergedLog = { model: createSessionModel(SESSION_ID), held: [] };

/** Reads everything after the cursor, as the client does. */
function read(merged: MergedLog, log: FakeLog, limit = Infinity): MergedLog {
  let page = log.page({ cursor: cursorOf(merged.model), limit });
  let next = withPage(merged, page, { isFirst: true });
  if (isCutTooFar(next.model, page)) return read(next, log, limit);
  while (page.nextSeq !== null) {
    page = log.page({ afterSeq: page.nextSeq, limit });
    next = withPage(next, page, { isFirst: false });
  }
  return withHeard(next, []);
}

function texts(merged: MergedLog): string[] {
  return messagesOf(merged.model).map(textOf);
}

function assertIsLog(merged: MergedLog, log: FakeLog): void {
  const expected = read(NOTHING, log);
  assertEquals(texts(merged), texts(expected));
  assertEquals(cursorOf(merged.model), cursorOf(expected.model));
  const { activeTurn } = merged.model.facts;
  if (log.isAnswering) assertEquals(activeTurn, expected.model.facts.activeTurn);
  const isExpected = isUnderWay(activeTurn) || isAnswerExpected(merged.model);
  assertEquals(isExpected, log.isAnswering || log.hasLine);
}

/** A log with an answer begun, and a watcher that has read it. */
function attached() {
  const log = new FakeLog();
  log.say("Hi");
  log.begin();
  return { log, merged: read(NOTHING, log) };
}

Deno.test("[K18] what is heard before anything is read waits for it", () => {
  const log = new FakeLog();
  log.say("Hi");
  log.begin();
  const early = withHeard(NOTHING, log.speak(2));
  assert(isBehind(early));

  assertEquals(texts(read(early, log)), ["Hi", "1 2 "]);
});

Deno.test("[K18] chunks that come twice, by channel and by log, are there once", () => {
  const { log, merged } = attached();
  const said = log.speak(2);
  log.flush();

  const twice = withHeard(read(withHeard(merged, said), log), said);

  assertEquals(texts(twice), ["Hi", "1 2 "]);
  assertEquals(isBehind(twice), false);
});

Deno.test("[K18] chunks that overtook others wait for them", () => {
  const { log, merged } = attached();
  const [first, second] = [log.speak(1), log.speak(1)];

  const gap = withHeard(merged, second);
  assertEquals(texts(gap), ["Hi", ""]);
  assert(isBehind(gap));

  assertEquals(texts(withHeard(gap, first)), ["Hi", "1 2 "]);
});

Deno.test("[K18] lost chunks are a gap that the log fills", () => {
  const { log, merged } = attached();
  log.speak(2);
  log.flush();

  const gap = withHeard(merged, log.speak(1));
  assert(isBehind(gap));

  assertEquals(texts(read(gap, log)), ["Hi", "1 2 3 "]);
});

Deno.test("[K18] an older writer is ignored, a newer one truncates first", () => {
  const { log, merged } = attached();
  const void_ = log.speak(2);
  const [rewound] = [log.takeOver()];
  const anew = log.speak(1);

  const heard = withHeard(withHeard(merged, void_), anew);
  assertEquals(texts(heard), ["Hi", "3 "]);
  assertEquals(texts(withHeard(heard, [...void_, ...rewound])), ["Hi", "3 "]);
});

Deno.test("[K18] a late session.rewound takes nothing of its own writer back", () => {
  const { log, merged } = attached();
  const rewound = log.takeOver();

  assertEquals(texts(withHeard(withHeard(merged, log.speak(2)), rewound)), ["Hi", "1 2 "]);
});

Deno.test("[K3] a writer after the next asks for the log: what the one between made void is unknown", () => {
  const { log, merged } = attached();
  const heard = withHeard(merged, log.speak(3));
  log.takeOver();
  log.speak(1);
  log.flush();
  log.takeOver();

  const later = withHeard(heard, log.speak(1));
  assertEquals(texts(later), ["Hi", "1 2 3 "]);
  assert(isBehind(later));

  assertEquals(texts(read(later, log)), ["Hi", "4 5 "]);
});

Deno.test("[K9] a finished answer does not jump over a message within its range", () => {
  const { log, merged } = attached();
  log.speak(1);
  log.say("And then?");
  log.speak(1);
  const told = log.finish().at(-1);
  assert(told);

  const heard = withHeard(merged, [told]);
  assert(isBehind(heard));

  assertEquals(texts(read(heard, log)), ["Hi", "1 2 ", "And then?"]);
});

Deno.test("[K18] a message too big for a broadcast is read from the log, unless its chunks were heard", () => {
  const { log, merged } = attached();
  const chunks = log.speak(2);
  const end = log.finish({ isTooBig: true });

  const lost = withHeard(merged, end.slice(-1));
  assert(isBehind(lost));
  assertEquals(texts(read(lost, log)), ["Hi", "1 2 "]);

  assertEquals(isBehind(withHeard(merged, [...chunks, ...end])), false);
});

Deno.test("[K18] a mark beyond what is held asks for the log", () => {
  const { log, merged } = attached();
  assertEquals(isBehind(withHeard(merged, [log.mark()])), false);
  log.speak(1);
  log.flush();

  assert(isBehind(withHeard(merged, [log.mark()])));
});

Deno.test("what is heard without end while nothing can be read becomes one mark", () => {
  const { log } = attached();
  const merged = Array.from({ length: 2_000 }).reduce<MergedLog>(
    (held) => withHeard(held, log.speak(1)),
    NOTHING,
  );
  log.flush();

  assert(merged.held.length <= 500);
  assertIsLog(read(merged, log), log);
});

/** One step of the leader's, or of the watcher's. */
type Step =
  | { kind: "say" | "flush" | "takeOver" | "deliver" | "startReading" | "endReading" }
  | { kind: "speak"; count: number }
  | { kind: "answer"; isTooBig: boolean };

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("speak" as const), count: fc.integer({ min: 1, max: 4 }) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("answer" as const), isTooBig: fc.boolean() }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("deliver" as const) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom("say", "say", "flush", "takeOver", "startReading", "endReading"),
      }),
    },
  ) as fc.Arbitrary<Step>,
  { maxLength: 60 },
);

/** What happens to each broadcast in turn: lost, told twice, or put off by so many deliveries. */
const fates = fc.infiniteStream(
  fc.oneof(fc.constant("lost" as const), fc.constant("twice" as const), fc.integer({ min: 0, max: 5 })),
);

Deno.test("[K18] however broadcasts are lost, late, doubled or out of order, the log is what results", () => {
  fc.assert(
    fc.property(steps, fates, fc.integer({ min: 1, max: 3 }), (list, fate, limit) => {
      const log = new FakeLog();
      let merged = NOTHING;
      let underway: { heard: Heard; delay: number }[] = [];
      /** A read that has seen the log, but not arrived. */
      let reading: { next: MergedLog; meanwhile: Heard[] } | null = null;

      const broadcast = (messages: Heard[]) => {
        for (const heard of messages) {
          const outcome = fate.next().value;
          if (outcome === "lost") continue;
          if (outcome === "twice") underway.push({ heard, delay: 0 }, { heard, delay: 3 });
          else underway.push({ heard, delay: outcome });
        }
      };
      const hear = (heard: Heard) => {
        if (reading) reading.meanwhile.push(heard);
        else merged = withHeard(merged, [heard]);
      };

      for (const step of list) {
        switch (step.kind) {
          case "say":
            broadcast(log.say("More"));
            break;
          case "answer":
            broadcast(log.isAnswering ? log.finish(step) : log.begin());
            break;
          case "speak":
            if (log.isAnswering) broadcast(log.speak(step.count));
            break;
          case "flush":
            log.flush();
            break;
          case "takeOver":
            broadcast(log.takeOver());
            break;
          case "startReading":
            reading ??= { next: read(merged, log, limit), meanwhile: [] };
            break;
          case "endReading":
            if (reading) merged = withHeard(reading.next, reading.meanwhile);
            reading = null;
            break;
          case "deliver": {
            const due = underway.filter(({ delay }) => delay <= 0);
            underway = underway.filter(({ delay }) => delay > 0).map(({ heard, delay }) => ({
              heard,
              delay: delay - 1,
            }));
            due.forEach(({ heard }) => hear(heard));
          }
        }
        for (const text of texts(merged)) {
          const words = text.trim().split(" ").map(Number).filter((word) => !Number.isNaN(word));
          assertEquals(words, [...new Set(words)].toSorted((left, right) => left - right));
        }
      }

      if (reading) merged = withHeard(reading.next, reading.meanwhile);
      log.flush();
      merged = withHeard(merged, [...underway.map(({ heard }) => heard), log.mark()]);
      if (isBehind(merged)) merged = read(merged, log, limit);
      assertEquals(isBehind(merged), false);
      assertIsLog(merged, log);
    }),
    { numRuns: 3_000 },
  );
});
