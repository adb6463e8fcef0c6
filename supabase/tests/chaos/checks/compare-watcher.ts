/** What a watcher ended with, beside the log. */
import { type Message, textOf } from "../../../functions/_shared/protocol/mod.ts";
import type { Harm } from "../tally.ts";
import type { Log } from "./read-log.ts";

export interface Difference {
  harm: Harm;
  what: string;
}

export function compareWatcher(held: readonly Message[], log: Log): Difference[] {
  const heldIds = held.map(({ id }) => id);
  const logged = log.messages.map(({ message }) => message);
  const lost = logged.filter(({ id }) => !heldIds.includes(id));
  const doubled = heldIds.filter((id, index) => heldIds.indexOf(id) !== index);
  const common = logged.filter(({ id }) => heldIds.includes(id)).map(({ id }) => id);
  const heldOrder = heldIds.filter((id, index) => common.includes(id) && heldIds.indexOf(id) === index);
  const invented = held.filter(({ id }) => !logged.some((message) => message.id === id));
  const changed = logged.flatMap((message) => {
    const other = held.find(({ id }) => id === message.id);
    return other && !isSame(message, other) ? [{ message, other }] : [];
  });
  return [
    ...lost.map((message) => ({ harm: "lost" as const, what: describe(message) })),
    ...doubled.map((id) => ({ harm: "doubled" as const, what: id })),
    ...(heldOrder.join() === common.join() ? [] : [{ harm: "reordered" as const, what: heldOrder.join() }]),
    ...invented.map((message) => ({
      harm: "different" as const,
      what: `not in the log: ${describe(message)}`,
    })),
    ...changed.map(({ message, other }) => ({
      harm: "different" as const,
      what: `the log has ${describe(message)}, the watcher ${describe(other)}`,
    })),
  ];
}

function isSame(left: Message, right: Message): boolean {
  return textOf(left) === textOf(right) && left.metadata?.status === right.metadata?.status &&
    left.parts.length === right.parts.length;
}

function describe({ id, role, metadata, parts }: Message): string {
  const text = textOf({ id, role, parts });
  return `${role} ${id} (${metadata?.status}, ${parts.length} parts, ${text.length}) "${text.slice(-80)}"`;
}
