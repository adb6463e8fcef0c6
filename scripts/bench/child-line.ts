/** How a process of the benchmark tells its parent something: a line of JSON. */

const encoder = new TextEncoder();

export function reportLine(value: unknown): void {
  Deno.stdout.writeSync(encoder.encode(`${JSON.stringify(value)}\n`));
}
