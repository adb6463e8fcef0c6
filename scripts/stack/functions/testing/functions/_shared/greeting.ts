/** Shared by the fixtures, as `_shared` is by real functions. */

export const GREETING = "hello";
