/** A client's place in the log: the last item it holds, and the epoch that item was received under. */
import { z } from "zod";

export const cursorSchema = z.object({
  epoch: z.number().int().nonnegative(),
  seq: z.number().int().nonnegative(),
});
export type Cursor = z.infer<typeof cursorSchema>;

const CURSOR_PATTERN = /^(\d{1,15})\.(\d{1,15})$/;

/** Parses `?after={epoch}.{seq}`; `null` when it is not of that form. */
export function parseCursor(text: string): Cursor | null {
  const match = CURSOR_PATTERN.exec(text);
  return match ? { epoch: Number(match[1]), seq: Number(match[2]) } : null;
}

export function formatCursor(cursor: Cursor): string {
  return `${cursor.epoch}.${cursor.seq}`;
}
