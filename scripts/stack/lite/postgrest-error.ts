/** The answer of PostgREST to an error of Postgres: https://docs.postgrest.org/en/stable/references/errors.html */

export interface DatabaseError extends Error {
  code: string;
  detail?: string;
  hint?: string;
}

const STATUS_OF_CODE: Record<string, number> = {
  "23503": 409,
  "23505": 409,
  "25006": 405,
  "42883": 404,
  "42P01": 404,
  "42P17": 500,
  "57P01": 503,
  "P0001": 400,
};

const STATUS_OF_CLASS: Record<string, number> = {
  "08": 503,
  "09": 500,
  "0L": 403,
  "0P": 403,
  "25": 500,
  "28": 403,
  "2D": 500,
  "38": 500,
  "39": 500,
  "3B": 500,
  "40": 500,
  "53": 503,
  "54": 500,
  "55": 500,
  "57": 500,
  "58": 500,
  "F0": 500,
  "HV": 500,
  "P0": 500,
  "XX": 500,
};

/** Errors with these codes choose their own answer, which `@supabase/lite` knows. */
const CUSTOM_ANSWER = /^(PT\d{3}|PGRST)$/;

export function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && error.name === "PostgresError" && "code" in error;
}

export function toPostgrestResponse(error: DatabaseError, { role }: { role: string }): Response | undefined {
  if (CUSTOM_ANSWER.test(error.code)) return undefined;
  const { code, message, detail = null, hint = null } = error;
  return Response.json({ code, details: detail, hint, message }, { status: statusOf(code, role) });
}

function statusOf(code: string, role: string): number {
  if (code === "42501") return role === "anon" ? 401 : 403;
  return STATUS_OF_CODE[code] ?? STATUS_OF_CLASS[code.slice(0, 2)] ?? 400;
}
