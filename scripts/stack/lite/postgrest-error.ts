/** The answer of PostgREST to an error of Postgres: https://docs.postgrest.org/en/stable/references/errors.html */

interface DatabaseError extends Error {
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
  "57P02": 503,
  "57P03": 503,
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

const LOST_CONNECTION = /^(CONNECTION_|CONNECT_TIMEOUT|ECONN|EPIPE)/;

/** Undefined for an error that is none of the database. */
export function toPostgrestResponse(error: unknown, { role }: { role: string }): Response | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  if (LOST_CONNECTION.test(error.code)) {
    const message = "Database connection error. Retrying the connection.";
    return Response.json({ code: "PGRST001", details: error.message, hint: null, message }, { status: 503 });
  }
  if (error.name !== "PostgresError") return undefined;
  if (error.code === "PGRST") return toChosenResponse(error as DatabaseError);
  const { code, message, detail = null, hint = null } = error as DatabaseError;
  return Response.json({ code, details: detail, hint, message }, { status: statusOf(code, role) });
}

function statusOf(code: string, role: string): number {
  if (code === "42501") return role === "anon" ? 401 : 403;
  const chosen = /^PT([2-5]\d\d)$/.exec(code);
  if (chosen) return Number(chosen[1]);
  return STATUS_OF_CODE[code] ?? STATUS_OF_CLASS[code.slice(0, 2)] ?? 400;
}

/** `raise sqlstate 'PGRST'` chooses the whole answer: the body in its message, status and headers in its detail. */
function toChosenResponse({ message, detail = "{}" }: DatabaseError): Response {
  try {
    const { code, details = null, hint = null, message: text } = JSON.parse(message);
    const { status, headers = {} } = JSON.parse(detail);
    return Response.json({ code, details, hint, message: text }, { status, headers });
  } catch {
    const body = {
      code: "PGRST121",
      details: null,
      hint: null,
      message: "Could not parse JSON in the RAISE error",
    };
    return Response.json(body, { status: 500 });
  }
}
