/** The code of an invitation link. It travels in the fragment, which no server is told, and leaves the address bar at once. */

const MARK = "#invitation=";
/** Outlives the reload that signing in may take; signing out forgets it. */
const STORAGE_KEY = "parley.invitation";

export function toInvitationLink(code: string): string {
  return `${location.origin}${location.pathname}${MARK}${code}`;
}

/** The code the page was opened with, if any. The address does not show it afterwards. */
export function takeInvitationCode(): string | null {
  if (location.hash.startsWith(MARK)) {
    sessionStorage.setItem(STORAGE_KEY, decode(location.hash.slice(MARK.length)));
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(STORAGE_KEY);
}

export function forgetInvitationCode(): void {
  sessionStorage.removeItem(STORAGE_KEY);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not what a link of ours looks like: refused like any other wrong code.
    return text;
  }
}
