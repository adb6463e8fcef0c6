/** Adds to a lockfile the platform packages that the registry did not show. */

import { findMissingOptionalPackages, type Lockfile } from "./missing-optional-packages.ts";
import { platformOfPackage } from "./platform-of-package.ts";

const EXACT_VERSION = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** Without integrity: npm fetches a description of the package only where it fits the machine. */
export function completeLockfile(lockfile: Lockfile): Lockfile {
  const added = findMissingOptionalPackages(lockfile).map(({ name, version, wantedBy }) => {
    if (!EXACT_VERSION.test(version)) {
      throw new Error(`Cannot lock "${name}", wanted by "${wantedBy}": "${version}" is not one version`);
    }
    const { os, cpu, libc } = platformOfPackage(name);
    const dev = lockfile.packages[wantedBy]?.dev === true ? { dev: true } : {};
    return [`node_modules/${name}`, {
      version,
      cpu,
      ...dev,
      ...(libc ? { libc } : {}),
      optional: true,
      os,
    }] as const;
  });
  const packages = Object.fromEntries(
    [...Object.entries(lockfile.packages), ...added].sort(([a], [b]) => a.localeCompare(b, "en")),
  );
  return { ...lockfile, packages };
}
