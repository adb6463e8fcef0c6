/** The code of an invitation link. It travels in the fragment, which no server is told, and leaves the address bar at once. */
import { tabStorage } from "../tab-storage.ts";

const MARK = "#invitation=";
/** Outlives the reload that signing in may take; signing out forgets it. */
const STORAGE_KEY = "parley.invitation";
/** For as long as the page lasts: the storage may be full. */
let taken: string | null = null;

export function toInvitationLink(code: string): string {
  return `${location.origin}${location.pathname}${MARK}${code}`;
}

/** The code the page was opened with, if any. The address does not show it afterwards. */
export function takeInvitationCode(): string | null {
  if (location.hash.startsWith(MARK)) {
    taken = decode(location.hash.slice(MARK.length));
    history.replaceState(null, "", location.pathname);
    keep(taken);
  }
  return taken ?? tabStorage().getItem(STORAGE_KEY);
}

export function forgetInvitationCode(): void {
  taken = null;
  tabStorage().removeItem(STORAGE_KEY);
}

function keep(code: string): void {
  try {
    tabStorage().setItem(STORAGE_KEY, code);
  } catch {
    // Full: a reload would lose it, this page does not.
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not what a link of ours looks like: refused like any other wrong code.
    return text;
  }
}
