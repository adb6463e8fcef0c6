/** How values travel between Postgres and the Data API: in JSON as PostgREST writes it. */

// A control character cannot stand in JSON text, so that no value of a caller is taken for an encoded one.
const ENCODED_MARK = "\u0001json:";

export const POSTGRES_TYPES = {
  json: { to: 114, from: [114], serialize: toJsonText, parse: JSON.parse },
  jsonb: { to: 3802, from: [3802], serialize: toJsonText, parse: JSON.parse },
  numeric: { to: 1700, from: [1700], serialize: String, parse: toJsonNumber },
  timestamp: { to: 1114, from: [1114], serialize: String, parse: toIsoTimestamp },
  timestamptz: { to: 1184, from: [1184], serialize: String, parse: toIsoTimestamp },
};

interface ElementType {
  serialize?: (value: unknown) => string;
  parse?: (text: string) => unknown;
}

/** By the number of the type; elements of all other types are texts. */
export const ELEMENT_TYPES: Record<number, ElementType> = {
  16: { parse: (text) => text === "t" },
  20: { parse: Number },
  21: { parse: Number },
  23: { parse: Number },
  26: { parse: Number },
  700: { parse: toJsonNumber },
  701: { parse: toJsonNumber },
  ...Object.fromEntries(Object.values(POSTGRES_TYPES).map((type) => [type.to, type])),
};

/** Marks a value as JSON, so that a text like `"5"` is not mistaken for the number on its way. */
export function encodeJsonValue(value: unknown): string {
  return ENCODED_MARK + JSON.stringify(value);
}

/** A text without the mark is JSON already: filters arrive so. */
function toJsonText(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return value.startsWith(ENCODED_MARK) ? value.slice(ENCODED_MARK.length) : value;
}

/** `12.30` becomes a number; `NaN` and the infinities, which JSON has not, stay text. */
export function toJsonNumber(text: string): number | string {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** `2026-01-02 03:04:05.678+00` becomes `2026-01-02T03:04:05.678+00:00`; `infinity` stays. */
export function toIsoTimestamp(text: string): string {
  return text.replace(" ", "T").replace(/([+-]\d{2})$/, "$1:00");
}
