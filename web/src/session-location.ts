/** The session in the address bar: `?session=<uuid>`, so that a reload, a bookmark or a second tab returns to it. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function readSessionId(): string | null {
  const id = new URLSearchParams(location.search).get("session");
  return id !== null && UUID.test(id) ? id : null;
}

export function writeSessionId(sessionId: string | null): void {
  if (sessionId === readSessionId()) return;
  const address = new URL(location.href);
  if (sessionId === null) address.searchParams.delete("session");
  else address.searchParams.set("session", sessionId);
  history.pushState(null, "", address);
}
