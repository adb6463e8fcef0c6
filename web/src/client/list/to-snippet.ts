/** Parts a search result into what matched and what is around it, so that no page needs to trust it as HTML. */

export interface SnippetPart {
  readonly text: string;
  readonly isMatch: boolean;
}

const MATCH_START = "\u{E000}";
const MATCH_END = "\u{E001}";

export function toSnippet(marked: string): SnippetPart[] {
  const parts = marked.split(MATCH_START).flatMap((piece, index) => {
    if (index === 0) return [{ text: piece, isMatch: false }];
    const [match = "", ...rest] = piece.split(MATCH_END);
    return [{ text: match, isMatch: true }, { text: rest.join(""), isMatch: false }];
  });
  return parts.filter(({ text }) => text !== "");
}
