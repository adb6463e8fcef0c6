/** A table in columns, or in Markdown. */

export interface Table {
  columns: string[];
  rows: string[][];
}

export function formatTable({ columns, rows }: Table, format: "text" | "markdown"): string {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => (row[index] ?? "").length))
  );
  const toCells = (row: string[]) =>
    row.map((cell, index) =>
      index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)
    );
  if (format === "text") return [columns, ...rows].map((row) => toCells(row).join("  ").trimEnd()).join("\n");
  const rule = widths.map((width, index) => index === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`);
  return [columns, rule, ...rows].map((row) => `| ${toCells(row).join(" | ")} |`).join("\n");
}
