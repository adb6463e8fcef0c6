/** The title of a session before anybody has found a better one: the first line of its first message. */
const MAX_TITLE_LENGTH = 60;

export function toTitle(text: string): string {
  const line = text.trim().split("\n", 1)[0] ?? "";
  return line.length <= MAX_TITLE_LENGTH
    ? line
    : `${line.slice(0, MAX_TITLE_LENGTH - 1).toWellFormed().trimEnd()}…`;
}
