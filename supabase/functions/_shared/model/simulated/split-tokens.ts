/** Cuts a text into pieces of about the size of a model's tokens; joined they are the text. */
export function splitTokens(text: string): string[] {
  return text.match(/\s*\S{1,8}|\s+/gu) ?? [];
}
