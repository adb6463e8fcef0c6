/** What a chaos run did and found, in numbers. */

/** Of these a run must have none. */
export const HARMS = [
  "lost",
  "doubled",
  "reordered",
  "different",
  "stuck",
  "unapproved effects",
  "repeated effects",
  "endings without a fate",
] as const;
export type Harm = typeof HARMS[number];

export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #harms = new Map<Harm, number>();
  readonly findings: string[] = [];

  count(name: string, by = 1): void {
    this.#counts.set(name, this.of(name) + by);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  harm(harm: Harm, finding: string): void {
    this.#harms.set(harm, (this.#harms.get(harm) ?? 0) + 1);
    this.findings.push(`${harm}: ${finding}`);
  }

  get isUnharmed(): boolean {
    return this.#harms.size === 0;
  }

  lines(): string[] {
    const injected = [...this.#counts].toSorted(([left], [right]) => left < right ? -1 : 1)
      .map(([name, count]) => `${name}: ${count}`);
    return [...injected, HARMS.map((harm) => `${harm}: ${this.#harms.get(harm) ?? 0}`).join(", ")];
  }
}
