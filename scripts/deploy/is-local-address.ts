/** Whether a text is an address that only this machine, or a container on it, can reach. */

const LOCAL_HOST =
  /^(localhost|kong|host\.docker\.internal|supabase_\w+|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|.+\.(local|localhost))$/i;

export function isLocalAddress(text: string): boolean {
  return URL.canParse(text) && LOCAL_HOST.test(new URL(text).hostname);
}
