/** What the paced provider is asked for, as the text of a message. */

export interface Order {
  tokens: number;
  /** 0 sends as fast as it is read. */
  tokensPerSecond: number;
  /** Every so many tokens one is a stamp; 0 for none. */
  stampEvery: number;
  /** Falls silent after the last token instead of finishing. */
  holds?: boolean;
}

const PATTERN = /^bench (\d+) tokens, (\d+) a second, a stamp every (\d+)(, then hold)?$/;

export function toOrderText({ tokens, tokensPerSecond, stampEvery, holds = false }: Order): string {
  const hold = holds ? ", then hold" : "";
  return `bench ${tokens} tokens, ${tokensPerSecond} a second, a stamp every ${stampEvery}${hold}`;
}

export function parseOrder(text: string): Order | null {
  const match = PATTERN.exec(text);
  if (!match) return null;
  const [tokens, tokensPerSecond, stampEvery] = match.slice(1, 4).map(Number) as [number, number, number];
  return { tokens, tokensPerSecond, stampEvery, holds: match[4] !== undefined };
}
