/** How long the payload of a broadcast is, as the limit counts it. */

import type { BroadcastContent } from "./message.ts";

const encoder = new TextEncoder();

export function contentSize(content: BroadcastContent): number {
  return content.encoding === "json" ? encoder.encode(content.text).length : content.bytes.length;
}
