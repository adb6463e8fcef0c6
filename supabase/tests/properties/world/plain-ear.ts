/** Somebody without a subprotocol who says nothing: each answer that is begun to them has to be told to its end. */
import { CLOSE_CODES, type PlainFrame } from "../../../functions/_shared/protocol/mod.ts";
import type { SmallWorld } from "./small-world.ts";

const RETURN_AFTER_MS = 200;

export class PlainEar {
  readonly violations: string[] = [];
  readonly #world: SmallWorld;
  #place = 0;
  /** The tokens of the answer that is being told. */
  #told: string | null = null;

  constructor(world: SmallWorld) {
    this.#world = world;
    this.#dial();
  }

  /** What was begun and not ended. */
  get open(): string | null {
    return this.#told;
  }

  #dial(): void {
    const { client } = this.#world.dial("http://127.0.0.1/functions/v1/session?plain", this.#place++);
    client.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    client.onclose = ({ code }) => {
      this.#told = null;
      if (code !== CLOSE_CODES.ended.code) this.#world.time.schedule(RETURN_AFTER_MS, () => this.#dial());
    };
  }

  #hear(frame: PlainFrame): void {
    switch (frame.type) {
      case "start":
        if (this.#told !== null) this.violations.push(`an answer begins in "${this.#told}"`);
        this.#told = "";
        return;
      case "token":
        if (this.#told === null) this.violations.push(`"${frame.token}" belongs to no answer`);
        else this.#told += frame.token;
        return;
      case "done":
        if (this.#told !== frame.text) this.violations.push(`"${frame.text}" was told as "${this.#told}"`);
        this.#told = null;
    }
  }
}
