/** Finds the TypeScript of a text that is meant to be copied: fenced blocks of a page, `@example`s of docstrings. */

export interface Example {
  /** Where it begins, as `path:line`. */
  place: string;
  code: string;
  extension: "ts" | "tsx";
}

const FENCED = /^```(tsx?)\n([\s\S]*?)^```$/gm;
const DOCSTRING = /\/\*\*([\s\S]*?)\*\//g;

export function examplesIn(path: string, text: string): Example[] {
  const placeOf = (index: number) => `${path}:${text.slice(0, index).split("\n").length}`;
  if (path.endsWith(".md")) {
    return [...text.matchAll(FENCED)].map(({ index, 1: language, 2: code = "" }) => ({
      place: placeOf(index),
      code,
      extension: language === "tsx" ? "tsx" : "ts",
    }));
  }
  return [...text.matchAll(DOCSTRING)].flatMap(({ index, 1: comment = "" }) => {
    const [, ...examples] = comment.replaceAll(/^ *\* ?/gm, "").split("@example");
    return examples.map((code) => ({ place: placeOf(index), code, extension: "ts" as const }));
  });
}
