/** Reads from the name of a platform package where it can be installed. */

export interface PackagePlatform {
  os: string[];
  cpu: string[];
  libc?: string[];
}

const SYSTEMS: Record<string, string> = {
  darwin: "darwin",
  linux: "linux",
  win32: "win32",
  windows: "win32",
};
const PROCESSORS = ["arm64", "x64"];
const LIBRARIES: Record<string, string> = { glibc: "glibc", gnu: "glibc", musl: "musl" };

export function platformOfPackage(name: string): PackagePlatform {
  const words = name.slice(name.lastIndexOf("/") + 1).split("-");
  const system = words.map((word) => SYSTEMS[word]).find((found) => found !== undefined);
  const processor = words.find((word) => PROCESSORS.includes(word));
  const library = words.map((word) => LIBRARIES[word]).find((found) => found !== undefined);
  if (!system || !processor) {
    throw new Error(`Cannot tell the platform of "${name}": add it to package-lock.json by hand`);
  }
  return { os: [system], cpu: [processor], ...(library ? { libc: [library] } : {}) };
}
