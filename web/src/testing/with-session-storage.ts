/** Runs a test with another `sessionStorage` than the runtime's. */

export function withSessionStorage(get: () => unknown, run: () => void): void {
  const own = Object.getOwnPropertyDescriptor(globalThis, "sessionStorage");
  Object.defineProperty(globalThis, "sessionStorage", { get, configurable: true });
  try {
    run();
  } finally {
    if (own) Object.defineProperty(globalThis, "sessionStorage", own);
    else Reflect.deleteProperty(globalThis, "sessionStorage");
  }
}
