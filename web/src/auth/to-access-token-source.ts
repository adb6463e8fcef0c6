/** Hands the session client a valid access token of the signed-in user. */
import type { GetAccessToken } from "../client/mod.ts";
import type { Database } from "../database.ts";

export function toAccessTokenSource(database: Database): GetAccessToken {
  return async ({ forceRefresh }) => {
    const { data, error } = forceRefresh
      ? await database.auth.refreshSession()
      : await database.auth.getSession();
    if (error || !data.session) throw new Error("Cannot get an access token: signed out", { cause: error });
    return data.session.access_token;
  };
}
