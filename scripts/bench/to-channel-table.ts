/** What watching costs, as a table: one column for each audience. */
import { FREE_PLAN_LIMITS } from "../stack/realtime/limits/realtime-limits.ts";
import { watchersThatFit } from "./channel-traffic.ts";
import type { Table } from "./format-table.ts";
import type { ChannelFigures } from "./measure-channels.ts";

const LIMIT = FREE_PLAN_LIMITS.messagesPerSecond;

export function toChannelTable(channels: ChannelFigures[]): Table {
  if (channels.length === 0) return { columns: [], rows: [] };
  const traffic = channels.map(({ traffic }) => traffic);
  const kinds = [...new Set(["chunks", "message", ...traffic.flatMap(({ sent }) => Object.keys(sent))])];
  const isSeen = traffic.some(({ watchers }) => watchers > 0);
  const rows = [
    ...kinds.map((kind) => [`sent: ${kind}`, ...traffic.map(({ sent }) => String(sent[kind] ?? 0))]),
    ["delivered to each", ...traffic.map(({ deliveries, watchers }) => toShare(deliveries, watchers))],
    [
      "a second, mean",
      ...traffic.map(({ sends, deliveries, seconds }) => ((sends + deliveries) / seconds).toFixed(1)),
    ],
    ["a second, busiest", ...traffic.map(({ peakPerSecond }) => String(peakPerSecond))],
    ["kB sent", ...traffic.map(({ bytesSent }) => toKilobytes(bytesSent))],
    ["kB delivered", ...traffic.map(({ bytesDelivered }) => toKilobytes(bytesDelivered))],
  ];
  if (isSeen) {
    rows.push([
      `such watchers in ${LIMIT} a second`,
      ...traffic.map((one) => String(watchersThatFit(one, LIMIT) ?? "")),
    ]);
  }
  return { columns: ["one answer, watched by", ...channels.map(toAudience)], rows };
}

function toAudience({ tabs, observers }: ChannelFigures): string {
  const parts = [
    ...(tabs > 0 ? [`${tabs} own`] : []),
    ...(observers > 0 ? [`${observers} invited`] : []),
  ];
  return parts.join(" + ") || "nobody";
}

function toShare(deliveries: number, watchers: number): string {
  return watchers === 0 ? "" : (deliveries / watchers).toFixed(0);
}

function toKilobytes(bytes: number): string {
  return (bytes / 1_000).toFixed(1);
}
