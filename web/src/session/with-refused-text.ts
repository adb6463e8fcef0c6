/** Puts a refused message back before what has been written since. */
export function withRefusedText(typed: string, refused: string): string {
  return typed.trim() === "" ? refused : `${refused}\n\n${typed}`;
}
