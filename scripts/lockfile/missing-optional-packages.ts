/** Finds optional dependencies that package-lock.json does not know, for which `npm ci` refuses to run. */

export interface LockedPackage {
  version?: string;
  optionalDependencies?: Record<string, string>;
  [field: string]: unknown;
}

export interface Lockfile {
  packages: Record<string, LockedPackage>;
  [field: string]: unknown;
}

export interface MissingPackage {
  readonly name: string;
  readonly version: string;
  readonly wantedBy: string;
}

/** A registry that mirrors only some platforms hides the others from the `npm install` that writes the lockfile. */
export function findMissingOptionalPackages(lockfile: Lockfile): MissingPackage[] {
  return Object.entries(lockfile.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isLocked(lockfile, { name, seenFrom: path }))
      .map(([name, version]) => ({ name, version, wantedBy: path }))
  );
}

/** Looks where Node would: in the package's own folder, then in each folder above. */
function isLocked({ packages }: Lockfile, { name, seenFrom }: { name: string; seenFrom: string }): boolean {
  for (let folder = seenFrom;; folder = folder.slice(0, Math.max(folder.lastIndexOf("/node_modules/"), 0))) {
    const prefix = folder === "" ? "" : `${folder}/`;
    if (packages[`${prefix}node_modules/${name}`]) return true;
    if (folder === "") return false;
  }
}
