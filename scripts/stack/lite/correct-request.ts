/** Changes a parsed Data API request where `@supabase/lite` would send Postgres something else than was asked. */

import type { AnyAST, IntrospectResult } from "@supabase/lite";
import { sql } from "kysely";
import { encodeJsonValue } from "./postgres-types.ts";

type Row = Record<string, unknown>;
type TypeOf = (name: string) => string | undefined;

const WRITING = new Set(["insert", "upsert", "put", "update"]);

export function correctRequest(request: AnyAST, schema: IntrospectResult): AnyAST {
  if (request.type === "rpc") return correctCall(request, schema);
  if (request.from && request.values && WRITING.has(request.type ?? "")) return correctRows(request, schema);
  return request;
}

function correctCall(request: AnyAST, schema: IntrospectResult): AnyAST {
  const { args } = request;
  // In the query string of a GET they are texts, as Postgres wants them.
  if (!args || Array.isArray(args) || (request as { httpMethod?: string }).httpMethod === "GET") {
    return request;
  }
  const names = Object.keys(args);
  const candidates = (schema.functions ?? []).filter((candidate) =>
    candidate.schema === (request.schema ?? "public") && candidate.name === request.function &&
    names.every((name) => candidate.arg_names.includes(name))
  );
  const [called] = candidates;
  if (!called) return request;
  const typeOf: TypeOf = (name) => called.arg_types[called.arg_names.indexOf(name)];
  return { ...request, args: encodeJson(args as Row, typeOf) };
}

function correctRows(request: AnyAST, schema: IntrospectResult): AnyAST {
  const columns = schema.columns.filter((column) =>
    column.table === request.from && column.schema === (request.schema ?? "public")
  );
  const typeOf: TypeOf = (name) => {
    const column = columns.find((candidate) => candidate.name === name);
    return (column as { pg_type?: string } | undefined)?.pg_type ?? column?.type;
  };
  const isInsert = request.type !== "update";
  const correct = (row: Row) =>
    isInsert && Object.keys(row).length === 0 && columns[0]
      // Without a column the statement would have an empty list, which is no SQL.
      ? { [columns[0].name]: sql`default` }
      : encodeJson(row, typeOf);
  const { values } = request;
  return {
    ...request,
    values: Array.isArray(values) ? values.map((row) => correct(row as Row)) : correct(values as Row),
  };
}

function encodeJson(values: Row, typeOf: TypeOf): Row {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isJson = ["json", "jsonb"].includes(typeOf(name)?.toLowerCase() ?? "");
      return [name, isJson && value !== null ? encodeJsonValue(value) : value];
    }),
  );
}
