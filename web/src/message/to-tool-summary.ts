/** Says what a tool call is doing, in a few words and a tone. */
import { type Message, type ToolPart } from "../client/mod.ts";
import type { IconName } from "../icon.tsx";

export interface ToolSummary {
  tone: "busy" | "done" | "asking" | "failed" | "quiet";
  icon: IconName | null;
  label: string;
}

/** `message` is the one that holds the part: it knows whether the turn still runs and what was asked. */
export function toToolSummary(part: ToolPart, message: Message): ToolSummary {
  const status = message.metadata?.status;
  const isStopped = status === "cancelled" || status === "failed" || status === "interrupted";
  const stopped: ToolSummary = { tone: "quiet", icon: "denied", label: "Stopped" };
  switch (part.state) {
    case "input-streaming":
      return isStopped ? stopped : { tone: "busy", icon: null, label: "Preparing" };
    case "input-available":
      return isStopped ? stopped : { tone: "busy", icon: null, label: "Running" };
    case "approval-requested":
      return isStopped ? stopped : { tone: "asking", icon: "question", label: "Needs approval" };
    case "approval-responded":
      if (part.approval?.approved === false) return { tone: "quiet", icon: "denied", label: "Denied" };
      return isStopped ? stopped : { tone: "busy", icon: null, label: "Approved, running" };
    case "output-available":
      return { tone: "done", icon: "check", label: "Done" };
    case "output-denied":
      return { tone: "quiet", icon: "denied", label: "Denied" };
    case "output-error": {
      const missing = missingOf(part, message);
      if (missing) return { tone: "asking", icon: "question", label: `Needs ${missing.join(", ")}` };
      return { tone: "failed", icon: "alert", label: "Failed" };
    }
  }
}

function missingOf(part: ToolPart, message: Message): readonly string[] | null {
  const question = message.parts.find((other) =>
    other.type === "data-input-required" && other.data.toolCallId === part.toolCallId
  );
  return question?.type === "data-input-required" ? question.data.missing : null;
}

/** The arguments on one line, while they stream as far as they have come. */
export function toArgumentLine(part: ToolPart): string {
  if (part.state === "input-streaming") return String(part.rawInput ?? "");
  const { input } = part;
  if (typeof input !== "object" || input === null) return input === undefined ? "" : String(input);
  return Object.entries(input).map(([name, value]) =>
    `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`
  ).join(", ");
}
