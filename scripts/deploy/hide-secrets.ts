/** Takes known secrets out of a text that somebody else wrote. */

/** Shorter values, such as the name of a model, are no secrets and may be part of any word. */
const SHORTEST_SECRET = 8;

export function hideSecrets(text: string, secrets: string[]): string {
  return secrets.filter(({ length }) => length >= SHORTEST_SECRET)
    .reduce((hidden, secret) => hidden.replaceAll(secret, "[hidden]"), text);
}
