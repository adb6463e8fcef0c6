/** Tells a part that says nothing from the others. */
import type { ModelPart } from "./language-model.ts";

export function isCheckpoint({ type }: ModelPart): boolean {
  return type === "checkpoint";
}
