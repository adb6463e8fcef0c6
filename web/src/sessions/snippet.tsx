/** Where a search matched, with the words that did. */
import type { SnippetPart } from "../client/mod.ts";

export function Snippet({ parts }: { parts: readonly SnippetPart[] }) {
  return (
    <span className="session-item-snippet">
      {parts.map(({ text, isMatch }, index) => isMatch ? <mark key={index}>{text}</mark> : toPlain(text))}…
    </span>
  );
}

/** What marks emphasis and code in an answer only disturbs in three lines of it. */
function toPlain(text: string): string {
  return text.replace(/\*\*|`/g, "");
}
