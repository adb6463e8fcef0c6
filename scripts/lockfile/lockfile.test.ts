/** The lockfile installs on every platform, and the code that completes it. */

import { assertEquals, assertThrows } from "@std/assert";
import { completeLockfile } from "./complete-lockfile.ts";
import { findMissingOptionalPackages } from "./missing-optional-packages.ts";
import { platformOfPackage } from "./platform-of-package.ts";

Deno.test("package-lock.json knows every optional dependency of every package: npm run lock adds them", async () => {
  const lockfile = JSON.parse(await Deno.readTextFile(new URL("../../package-lock.json", import.meta.url)));

  assertEquals(findMissingOptionalPackages(lockfile), []);
});

Deno.test("findMissingOptionalPackages() looks where Node would", () => {
  const wants = { optionalDependencies: { "tool-linux-x64": "1.0.0", "tool-darwin-x64": "1.0.0" } };
  const packages = {
    "": {},
    "node_modules/a": {},
    "node_modules/a/node_modules/tool": wants,
    "node_modules/a/node_modules/tool-linux-x64": {},
    "node_modules/b/node_modules/tool": wants,
    "node_modules/tool-darwin-x64": {},
  };

  assertEquals(findMissingOptionalPackages({ packages }), [
    { name: "tool-linux-x64", version: "1.0.0", wantedBy: "node_modules/b/node_modules/tool" },
  ]);
});

Deno.test("completeLockfile() adds what is missing, in order, for its platform only", () => {
  const tool = { version: "2.0.0", dev: true, optionalDependencies: { "@tool/linux-arm64-musl": "2.0.0" } };

  const { packages } = completeLockfile({ packages: { "": {}, "node_modules/tool": tool } });

  assertEquals(Object.entries(packages), [
    ["", {}],
    ["node_modules/@tool/linux-arm64-musl", {
      version: "2.0.0",
      cpu: ["arm64"],
      dev: true,
      libc: ["musl"],
      optional: true,
      os: ["linux"],
    }],
    ["node_modules/tool", tool],
  ]);
});

Deno.test("platformOfPackage() refuses a name it does not understand", () => {
  assertEquals(platformOfPackage("@deno/win32-x64"), { os: ["win32"], cpu: ["x64"] });
  assertThrows(() => platformOfPackage("fsevents"), Error, "Cannot tell the platform");
});
