/** Lets `@supabase/lite`, which knows only HS256 and few claims, serve tokens like those of the platform. */

import type { AccessTokens } from "./access-tokens.ts";

interface SessionAnswer {
  access_token: string;
  user: {
    email?: string;
    phone?: string;
    app_metadata?: Record<string, unknown>;
    user_metadata?: Record<string, unknown>;
  };
}

/** Headers for lite: the caller's token in the form it can check. A token that is not valid stays, for lite to refuse. */
export async function toInternalHeaders(headers: Headers, tokens: AccessTokens): Promise<Headers> {
  const internal = new Headers(headers);
  const token = headers.get("authorization")?.match(/^Bearer\s+(.+)$/i)?.[1];
  if (!token) return internal;
  if (token.startsWith("sb_")) {
    internal.delete("authorization");
    return internal;
  }
  try {
    internal.set("authorization", `Bearer ${await tokens.sign(await tokens.verify(token), "HS256")}`);
  } catch {
    // Lite words the refusal.
  }
  return internal;
}

/** An answer with a session gets a token signed as configured, with the claims that the platform adds. */
export async function toExternalResponse(
  response: Response,
  options: { tokens: AccessTokens; issuer: string },
): Promise<Response> {
  const isJson = response.headers.get("content-type")?.includes("application/json");
  if (!response.ok || !isJson) return response;
  const answer: unknown = await response.json();
  if (!isSession(answer)) return Response.json(answer, { status: response.status });
  const { tokens, issuer } = options;
  const claims = await tokens.verify(answer.access_token);
  const { app_metadata = {}, user_metadata = {}, email = "", phone = "" } = answer.user;
  const access_token = await tokens.sign({
    iss: issuer,
    ...claims,
    ...{ email, phone, app_metadata, user_metadata },
    aal: "aal1",
    amr: [{ method: "password", timestamp: claims.iat }],
    is_anonymous: false,
  });
  return Response.json({ ...answer, access_token }, { status: response.status });
}

function isSession(answer: unknown): answer is SessionAnswer {
  return typeof answer === "object" && answer !== null && "access_token" in answer && "user" in answer;
}
