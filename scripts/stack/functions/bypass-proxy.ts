/** Keeps requests between the parts of the stack out of a proxy of the developer's network. */

const LOOPBACK = ["127.0.0.1", "localhost", "::1"];

/** Must run before the first request of the process. */
export function bypassProxyForLoopback(): void {
  Deno.env.set("NO_PROXY", loopbackNoProxy());
}

/** The value of NO_PROXY with the loopback addresses added to what was there. */
export function loopbackNoProxy(): string {
  const listed = (Deno.env.get("NO_PROXY") ?? Deno.env.get("no_proxy") ?? "").split(",");
  return [...new Set([...listed, ...LOOPBACK])].filter(Boolean).join(",");
}
