/** Signs and checks access tokens as the platform does: ES256 with a published key, HS256 with a shared secret. */

import { importJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from "jose";
import type { Installation } from "../installation/installation.ts";

export type TokenAlgorithm = "ES256" | "HS256";

export interface AccessTokens {
  /** The claims of a valid token. Rejects with a `jose` error otherwise. */
  verify(token: string): Promise<JWTPayload>;
  sign(claims: JWTPayload, algorithm?: TokenAlgorithm): Promise<string>;
  /** The public keys, as served at `/auth/v1/.well-known/jwks.json`. */
  readonly jwks: { keys: JWK[] };
}

export async function createAccessTokens(
  installation: Pick<Installation, "jwtSecret" | "signingKey">,
  options: { algorithm: TokenAlgorithm },
): Promise<AccessTokens> {
  const secret = new TextEncoder().encode(installation.jwtSecret);
  const { d: _private, ...publicJwk } = installation.signingKey;
  const privateKey = await importJWK(installation.signingKey, "ES256");
  const publicKey = await importJWK(publicJwk, "ES256");
  return {
    async verify(token) {
      const { payload } = await jwtVerify(token, ({ alg }) => alg === "ES256" ? publicKey : secret, {
        algorithms: ["ES256", "HS256"],
      });
      return payload;
    },
    async sign(claims, algorithm = options.algorithm) {
      const token = new SignJWT(claims);
      return algorithm === "ES256"
        ? await token.setProtectedHeader({ alg: "ES256", kid: installation.signingKey.kid, typ: "JWT" }).sign(
          privateKey,
        )
        : await token.setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(secret);
    },
    jwks: { keys: [publicJwk] },
  };
}
