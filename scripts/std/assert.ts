/** `@std/assert`, typed: the npm build of the standard library ships JavaScript without declarations. */
// @ts-types="./assert.d.ts"
export * from "npm:deno-std@1.4.0/assert/mod.js";
