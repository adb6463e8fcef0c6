/** `@std/toml`, typed: the npm build of the standard library ships JavaScript without declarations. */
// @ts-types="./toml.d.ts"
export * from "npm:deno-std@1.4.0/toml/mod.js";
