/** Parts without checkpoints, and with neighbouring deltas of the same thing in one: what a reader has in the end. */
import type { ModelPart } from "../language-model.ts";

export function joinParts(parts: ModelPart[]): ModelPart[] {
  const joined: ModelPart[] = [];
  for (const part of parts) {
    if (part.type === "checkpoint") continue;
    const last = joined.at(-1);
    const both = last && joinDeltas(last, part);
    if (both) joined[joined.length - 1] = both;
    else joined.push(part);
  }
  return joined;
}

function joinDeltas(one: ModelPart, other: ModelPart): ModelPart | null {
  if (one.type === "text-delta" && other.type === "text-delta") {
    return { ...one, delta: one.delta + other.delta };
  }
  if (one.type === "tool-call-delta" && other.type === "tool-call-delta") {
    return one.toolCallId === other.toolCallId
      ? { ...one, argumentsDelta: one.argumentsDelta + other.argumentsDelta }
      : null;
  }
  return null;
}
