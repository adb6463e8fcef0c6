/** Writes a line for the user; a reader that has left, like `head`, must not keep the stack from stopping in order. */

export function print(line: string): void {
  try {
    console.log(line);
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
