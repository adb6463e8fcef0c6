/** The text form of Postgres arrays: `{a,"b,c",NULL,{1,2}}`. */

const PLAIN_ELEMENT = /[^,}]*/y;
const QUOTED_ELEMENT = /"((?:[^"\\]|\\.)*)"/sy;

export function parseArray(text: string, parseElement: (text: string) => unknown): unknown[] {
  // Arrays whose first index is not 1 name their bounds first.
  let position = text.indexOf("{");
  return parseLevel();

  function parseLevel(): unknown[] {
    const elements: unknown[] = [];
    for (position++; text[position] !== "}"; text[position] === "," && position++) {
      if (position >= text.length) throw new SyntaxError(`Not an array of Postgres: "${text}"`);
      elements.push(text[position] === "{" ? parseLevel() : parseOne());
    }
    position++;
    return elements;
  }

  function parseOne(): unknown {
    const quoted = match(QUOTED_ELEMENT);
    if (quoted) return parseElement(quoted[1]!.replace(/\\(.)/gs, "$1"));
    const plain = match(PLAIN_ELEMENT)![0];
    return plain === "NULL" ? null : parseElement(plain);
  }

  function match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = position;
    const found = pattern.exec(text);
    if (found) position = pattern.lastIndex;
    return found;
  }
}

/** A text is taken for an array that has this form already. */
export function formatArray(value: unknown, formatElement: (value: unknown) => string): string {
  if (!Array.isArray(value)) return String(value);
  const elements = value.map((element) => {
    if (element === null || element === undefined) return "NULL";
    if (Array.isArray(element)) return formatArray(element, formatElement);
    return `"${formatElement(element).replace(/[\\"]/g, "\\$&")}"`;
  });
  return `{${elements.join(",")}}`;
}
