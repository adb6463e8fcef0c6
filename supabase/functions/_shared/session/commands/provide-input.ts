/** `input.provide`: answers the question for missing parameters, in words the model and the transcript can keep. */
import { checkMessageText, type InputRequired, type Message } from "../../protocol/mod.ts";
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
  const question = last && questionOf(last, interruptId);
  if (!question) return leading.refuse(id, "nothing_to_answer");
  if (!values) return createMessage(leading, { id, text: "I would rather not say.", onBusy: "queue" });
  const known = [...question.missing, ...Object.keys(question.inputSchema.properties ?? {})];
  const isAskedFor = Object.keys(values).every((name) => known.includes(name));
  const text = Object.entries(values).map(([name, value]) => `${name}=${value}`).join(", ");
  const refusal = isAskedFor ? checkMessageText(text)?.code : "invalid_command";
  return refusal ? leading.refuse(id, refusal) : createMessage(leading, { id, text, onBusy: "queue" });
}

function questionOf(message: Message, interruptId: string): InputRequired | undefined {
  return message.parts.flatMap((part) => part.type === "data-input-required" ? [part.data] : [])
    .find((question) => question.interruptId === interruptId);
}
