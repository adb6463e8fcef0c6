/** A model that answers each question with numbered words, one at a time, on a clock that stands still. */
import type {
  LanguageModel,
  ModelMessage,
  ModelRequest,
} from "../../../functions/_shared/model/language-model.ts";
import type { Clock } from "../../../functions/_shared/base/clock.ts";

export interface PacedOptions {
  clock: Clock;
  /** Between two words. */
  pauseMs: number;
  continuesText: boolean;
}

/** The question for an answer of that many words. */
export function toQuestion(number: number, words: number): string {
  return `Question ${number}: say ${words} words`;
}

/** What the model answers to it. */
export function toAnswer(question: string): string {
  const [, number, words] = /^Question (\d+): say (\d+) words$/.exec(question) ?? [];
  return Array.from({ length: Number(words) }, (_, index) => `${number}.${index} `).join("");
}

export function createPacedModel({ clock, pauseMs, continuesText }: PacedOptions): LanguageModel {
  return {
    mode: "simulated",
    continuesText,
    async *stream({ messages, signal }: ModelRequest) {
      const said = continuesText ? unfinishedText(messages) : "";
      const question = messages.findLast(({ role }) => role === "user");
      const words =
        toAnswer(question?.role === "user" ? question.content : "").slice(said.length).match(/\S+ /g) ?? [];
      for (const delta of words) {
        await pause(clock, { afterMs: pauseMs, signal });
        yield [{ type: "text-delta", delta }];
      }
      const usage = { inputTokens: 1, outputTokens: words.length, totalTokens: words.length + 1 };
      yield [{ type: "finish", finishReason: "stop", usage, model: "paced" }];
    },
  };
}

function unfinishedText(messages: ModelMessage[]): string {
  const last = messages.at(-1);
  return last?.role === "assistant" ? last.content : "";
}

function pause(clock: Clock, { afterMs, signal }: { afterMs: number; signal: AbortSignal }): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const takeBack = clock.schedule(afterMs, resolve);
  const abort = () => {
    takeBack();
    reject(signal.reason);
  };
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return promise.finally(() => signal.removeEventListener("abort", abort));
}
