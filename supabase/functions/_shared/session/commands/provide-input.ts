/** `input.provide`: answers the question for missing parameters, in words the model and the transcript can keep. */
import type { Message } from "../../protocol/mod.ts";
import type { Applied, Leading } from "../leading.ts";
import { createMessage } from "./create-message.ts";

export interface ProvideInput {
  id: string;
  interruptId: string;
  values?: Record<string, string | number | boolean>;
  declined?: true;
}

export function provideInput(leading: Leading, { id, interruptId, values }: ProvideInput): Promise<Applied> {
  const last = leading.transcript.last();
  if (!last || !asksFor(last, interruptId)) return leading.refuse(id, "nothing_to_answer");
  const text = values
    ? Object.entries(values).map(([name, value]) => `${name}=${value}`).join(", ")
    : "I would rather not say.";
  return createMessage(leading, { id, text, onBusy: "queue" });
}

function asksFor(message: Message, interruptId: string): boolean {
  return message.parts.some((part) =>
    part.type === "data-input-required" && part.data.interruptId === interruptId
  );
}
