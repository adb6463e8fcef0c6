/**
 * The session in the address bar: `?session=<uuid>`, so that a reload, a bookmark or a second tab returns to it. With
 * `&watch=1` an active session of one's own is followed without taking part.
 */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function readSessionId(): string | null {
  const id = new URLSearchParams(location.search).get("session");
  return id !== null && UUID.test(id) ? id : null;
}

export function isFollowing(): boolean {
  return new URLSearchParams(location.search).get("watch") === "1";
}

export function writeSessionId(sessionId: string | null): void {
  const address = new URL(location.href);
  const isSame = sessionId === readSessionId();
  address.searchParams.delete("watch");
  if (sessionId === null) address.searchParams.delete("session");
  else address.searchParams.set("session", sessionId);
  if (isSame) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
}
