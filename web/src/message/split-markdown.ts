/** Cuts a growing Markdown text into its top-level blocks, so that only the last one has to be parsed again. */

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const LIST_ITEM = /^ {0,3}([-*+]|\d{1,9}[.)])(\s|$)/;

/**
 * A block ends at a blank line, except inside a code fence, before an indented line, and between the items of a list.
 * The joined blocks equal `text`, and a block never changes once another follows it.
 */
export function splitMarkdown(text: string): string[] {
  const lines = text.split(/(?<=\n)/);
  const blocks: string[] = [];
  let block = "";
  let fence: string | null = null;
  let isAfterBlank = false;

  for (const line of lines) {
    const isBlank = line.trim() === "";
    if (fence === null && isAfterBlank && !isBlank && !continues(block, line)) {
      blocks.push(block);
      block = "";
    }
    const mark = FENCE.exec(line)?.[1];
    if (mark && fence === null) fence = mark;
    else if (mark && fence !== null && mark.startsWith(fence) && line.trim() === mark) fence = null;
    block += line;
    isAfterBlank = isBlank;
  }
  return block === "" ? blocks : [...blocks, block];
}

function continues(block: string, line: string): boolean {
  if (block === "") return true;
  if (/^(\t| {2,})/.test(line)) return true;
  return LIST_ITEM.test(block) && LIST_ITEM.test(line);
}
