/** Reads how long a provider asks us to wait, from `retry-after-ms` or `retry-after` (seconds or a date). */
export function readRetryAfter(headers: Headers | undefined, nowMs: number): number | undefined {
  const milliseconds = toNumber(headers?.get("retry-after-ms"));
  if (milliseconds !== undefined) return Math.ceil(milliseconds);
  const text = headers?.get("retry-after");
  const seconds = toNumber(text);
  if (seconds !== undefined) return Math.ceil(seconds * 1_000);
  const date = text ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function toNumber(text: string | null | undefined): number | undefined {
  if (!text || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return undefined;
  return Number(text);
}
