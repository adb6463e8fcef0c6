/** Reads a batch of broadcasts; one that is not whole spoils it. */

import { z } from "zod";
import type { RealtimeLimits } from "../limits/realtime-limits.ts";
import { contentSize } from "../wire/content-size.ts";
import type { OutgoingBroadcast } from "./outgoing-broadcast.ts";
import { RequestError } from "./request-error.ts";

const MESSAGE = z.object({
  topic: z.string().min(1),
  event: z.string().min(1),
  payload: z.record(z.string(), z.unknown()),
  private: z.boolean().nullish(),
});

export async function readBatch(request: Request, limits: RealtimeLimits): Promise<OutgoingBroadcast[]> {
  const body: unknown = await request.json().catch(() => undefined);
  const parsed = z.object({ messages: z.array(MESSAGE).min(1) }).safeParse(body);
  if (!parsed.success) {
    throw new RequestError(422, { errors: z.flattenError(parsed.error).fieldErrors });
  }
  return parsed.data.messages.map(({ topic, event, payload, private: isPrivate }) => {
    const content = { encoding: "json" as const, text: JSON.stringify(payload) };
    if (contentSize(content) > limits.payloadBytes) {
      throw new RequestError(422, {
        errors: { messages: [{ payload: ["Payload size exceeds tenant limit"] }] },
      });
    }
    return { topic, isPrivate: isPrivate === true, broadcast: { event, content } };
  });
}
