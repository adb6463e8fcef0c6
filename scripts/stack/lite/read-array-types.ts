/** Makes the array types of a database known to its client once, instead of on each connection. */

import type { Sql } from "postgres";
import { formatArray, parseArray } from "./array-text.ts";
import { ELEMENT_TYPES } from "./postgres-types.ts";

export interface ClientType {
  to: number;
  from: number[];
  serialize: (value: unknown) => string;
  parse: (text: string) => unknown;
}

/** A connection that is lost while it asks for them by itself raises an error that nobody can catch. */
export async function readArrayTypes(sql: Sql): Promise<Record<string, ClientType>> {
  const rows = await sql<{ array: number; element: number; name: string }[]>`
    select a.oid::int8 as array, a.typelem::int8 as element, a.typname as name
    from pg_type a where a.typcategory = 'A' and a.typelem <> 0`;
  return Object.fromEntries(
    rows.map(({ array, element, name }) => {
      const { parse = String, serialize = String } = ELEMENT_TYPES[Number(element)] ?? {};
      const type: ClientType = {
        to: Number(array),
        from: [Number(array)],
        serialize: (value) => formatArray(value, serialize),
        parse: (text) => parseArray(text, parse),
      };
      return [`${name} ${array}`, type];
    }),
  );
}
