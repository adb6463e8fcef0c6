/** What a turn costs in messages of Realtime, where every broadcast and every delivery of one counts. */

/** A broadcast as it arrived at one channel. */
export interface Arrival {
  atMs: number;
  connectionId: number;
  event: string;
  bytes: number;
}

export interface ChannelTraffic {
  watchers: number;
  /** How long the answer took. */
  seconds: number;
  /** Broadcasts by the name of their event. */
  sent: Record<string, number>;
  sends: number;
  deliveries: number;
  /** Sends and deliveries of the busiest second. */
  peakPerSecond: number;
  bytesSent: number;
  bytesDelivered: number;
}

const SECOND_MS = 1_000;

/** `earId` is a connection that is at every topic, asks for nothing and hears each broadcast once: its share is no delivery. */
export function toTraffic(
  arrivals: readonly Arrival[],
  { watchers, seconds, earId }: { watchers: number; seconds: number; earId: number },
): ChannelTraffic {
  const sends = arrivals.filter(({ connectionId }) => connectionId === earId);
  const deliveries = arrivals.filter(({ connectionId }) => connectionId !== earId);
  const sent: Record<string, number> = {};
  for (const { event } of sends) sent[event] = (sent[event] ?? 0) + 1;
  return {
    watchers,
    seconds,
    sent,
    sends: sends.length,
    deliveries: deliveries.length,
    peakPerSecond: toPeak(arrivals.map(({ atMs }) => atMs)),
    bytesSent: sum(sends.map(({ bytes }) => bytes)),
    bytesDelivered: sum(deliveries.map(({ bytes }) => bytes)),
  };
}

/** The most that any second holds, wherever it begins. */
export function toPeak(times: readonly number[]): number {
  const sorted = Float64Array.from(times).sort();
  let first = 0;
  return sorted.reduce((peak, atMs, index) => {
    while (atMs - sorted[first]! >= SECOND_MS) first++;
    return Math.max(peak, index - first + 1);
  }, 0);
}

/** How many watchers of one running answer a project may have, when all cost what these did; `null` without any. */
export function watchersThatFit(
  { watchers, seconds, sends, deliveries }: ChannelTraffic,
  messagesPerSecond: number,
): number | null {
  if (watchers === 0 || deliveries === 0) return null;
  const room = messagesPerSecond * seconds - sends;
  return Math.max(0, Math.floor(room / (deliveries / watchers)));
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
