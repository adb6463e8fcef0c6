/** Turns the missing parameters of a tool into the fields of a small form. */
import type { OpenQuestion } from "../client/mod.ts";

export interface QuestionField {
  name: string;
  label: string;
  hint: string | null;
  kind: "text" | "number" | "boolean" | "choice";
  choices: readonly string[];
}

export function toQuestionFields(
  { missing, inputSchema }: Pick<OpenQuestion, "missing" | "inputSchema">,
): QuestionField[] {
  const properties = toRecord(inputSchema.properties);
  return missing.map((name) => {
    const property = toRecord(properties[name]);
    const choices = Array.isArray(property.enum) ? property.enum.map(String) : [];
    const { title, description } = property;
    return {
      name,
      label: typeof title === "string" ? title : toLabel(name),
      hint: typeof description === "string" ? description : null,
      kind: choices.length > 0 ? "choice" : toKind(property.type),
      choices,
    };
  });
}

/** Reads one field of a submitted form as the schema wants it; `null` when it is not a number that has to be one. */
export function toFieldValue(
  field: QuestionField,
  entered: FormDataEntryValue | null,
): string | number | boolean | null {
  if (field.kind === "boolean") return entered !== null;
  const text = typeof entered === "string" ? entered.trim() : "";
  if (field.kind !== "number") return text;
  return text === "" || Number.isNaN(Number(text)) ? null : Number(text);
}

function toKind(type: unknown): QuestionField["kind"] {
  if (type === "number" || type === "integer") return "number";
  return type === "boolean" ? "boolean" : "text";
}

function toLabel(name: string): string {
  const words = name.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}
