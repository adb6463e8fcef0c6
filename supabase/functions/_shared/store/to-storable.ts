/** Makes any JSON value one that Postgres can hold: `jsonb` refuses NUL and unpaired surrogates. */

/** JSON.stringify writes both as escapes, and nothing else that starts this way but a literal backslash. */
const SUSPECT = /\\u(0000|d[89a-f])/;

/** The value itself when there is nothing to replace, which is nearly always; otherwise a copy with U+FFFD instead. */
export function toStorable<Value>(value: Value): Value {
  const text = JSON.stringify(value);
  return SUSPECT.test(text) ? replaced(JSON.parse(text)) as Value : value;
}

function replaced(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed().replaceAll("\0", "\uFFFD");
  if (Array.isArray(value)) return value.map(replaced);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [replaced(key), replaced(item)]));
}
