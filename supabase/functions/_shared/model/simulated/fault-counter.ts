/** Lets a fault with a number fail only so many attempts of the same request, to show that trying again helps. */
import type { Fault } from "./faults.ts";

/** Requests remembered; the oldest is forgotten first. */
const MAX_REQUESTS = 50;

export function createFaultCounter(): (fault: Fault, request: string) => boolean {
  const attempts = new Map<string, number>();
  return ({ name, argument }, request) => {
    if (argument === undefined) return true;
    const key = `${name} ${request}`;
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.delete(key);
    attempts.set(key, attempt);
    const oldest = attempts.keys().next().value;
    if (attempts.size > MAX_REQUESTS && oldest !== undefined) attempts.delete(oldest);
    return attempt <= argument;
  };
}
