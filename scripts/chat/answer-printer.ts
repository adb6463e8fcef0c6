/** Writes answers to a terminal as they grow: what was printed stays, only what is new is added. */
import {
  isToolPart,
  type Message,
  type MessagePart,
  type SessionState,
  toolNameOf,
  type ToolPart,
} from "../../web/src/client/mod.ts";
import { isOver } from "./is-over.ts";
import type { TextStyle } from "./text-style.ts";

export interface AnswerPrinterOptions {
  write(text: string): void;
  style: TextStyle;
  /** Only what the model says, for pipes. */
  isPlain: boolean;
}

const LONGEST_VALUE = 160;

export class AnswerPrinter {
  readonly #options: AnswerPrinterOptions;
  /** What was printed of each part, by message and place in it. */
  readonly #printed = new Map<string, string>();
  readonly #done = new Set<string>();
  #isAtLineStart = true;

  constructor(options: AnswerPrinterOptions) {
    this.#options = options;
  }

  /** Takes messages as printed. */
  skip(messages: readonly Message[]): void {
    for (const message of messages) this.#done.add(message.id);
  }

  print(state: SessionState): void {
    for (const message of state.messages) {
      if (message.role !== "assistant" || this.#done.has(message.id)) continue;
      message.parts.forEach((part, index) => this.#printPart(part, { message, index }));
      if (isOver(message) && state.activeTurn?.messageId !== message.id) this.#finish(message);
    }
  }

  /** Begins a new line unless there is one. */
  breakLine(): void {
    if (!this.#isAtLineStart) this.#write("\n");
  }

  #printPart(part: MessagePart, { message, index }: { message: Message; index: number }): void {
    const key = `${message.id} ${index}`;
    if (part.type === "text") return this.#grow(key, part.text);
    if (this.#options.isPlain) return;
    if (part.type === "data-notice") this.#line(key, this.#options.style.warn(part.data.message));
    if (isToolPart(part)) this.#printTool(key, part);
  }

  #grow(key: string, text: string): void {
    const printed = this.#printed.get(key) ?? "";
    // What a rewind took back most often comes again as it was.
    if (printed.startsWith(text)) return;
    this.#printed.set(key, text);
    if (printed === "" && this.#printed.size > 1) this.breakLine();
    // Otherwise the screen is wrong from some place on: say it anew.
    const from = text.startsWith(printed) ? printed.length : 0;
    if (from === 0 && printed !== "") this.breakLine();
    this.#write(text.slice(from));
  }

  #printTool(key: string, part: ToolPart): void {
    const { dim, accent, warn } = this.#options.style;
    if (part.state === "input-streaming") return;
    const call = `${accent(toolNameOf(part))} ${dim(toShort(part.input ?? {}))}`;
    this.#line(`${key} call`, `${dim("·")} ${call}`);
    if (part.state === "output-available") this.#line(`${key} end`, dim(`  = ${toShort(part.output)}`));
    if (part.state === "output-denied") this.#line(`${key} end`, dim("  denied"));
    if (part.state === "output-error") this.#line(`${key} end`, warn(`  ${part.errorText ?? "failed"}`));
  }

  #line(key: string, text: string): void {
    if (this.#printed.has(key)) return;
    this.#printed.set(key, text);
    this.breakLine();
    this.#write(`${text}\n`);
  }

  #finish(message: Message): void {
    this.#done.add(message.id);
    this.breakLine();
    const { isPlain, style } = this.#options;
    if (message.metadata?.status === "cancelled" && !isPlain) this.#write(`${style.dim("stopped")}\n`);
  }

  #write(text: string): void {
    if (text === "") return;
    this.#options.write(text);
    this.#isAtLineStart = text.endsWith("\n");
  }
}

function toShort(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}
