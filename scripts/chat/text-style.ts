/** Colours, where somebody can see them. */

export interface TextStyle {
  dim(text: string): string;
  bold(text: string): string;
  accent(text: string): string;
  warn(text: string): string;
}

export function toTextStyle(hasColour: boolean): TextStyle {
  const paint = (code: number, end: number) => (text: string) =>
    hasColour ? `\x1b[${code}m${text}\x1b[${end}m` : text;
  return { dim: paint(2, 22), bold: paint(1, 22), accent: paint(36, 39), warn: paint(33, 39) };
}

/** https://no-color.org */
export function isColourWanted(): boolean {
  return Deno.stdout.isTerminal() && !Deno.env.get("NO_COLOR");
}
