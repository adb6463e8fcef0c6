/** The form for the parameters a tool call lacks; answering in words works as well. */
import { type FormEvent, useState } from "react";
import { MAX_VALUE_LENGTH, type OpenQuestion, type SessionClient } from "../client/mod.ts";
import { type QuestionField, toFieldValue, toQuestionFields } from "./to-question-fields.ts";

export function InputQuestion({ question, client }: { question: OpenQuestion; client: SessionClient }) {
  const [isAnswered, setIsAnswered] = useState(false);
  const fields = toQuestionFields(question);

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const entries = fields.map((field) => [field.name, toFieldValue(field, form.get(field.name))] as const);
    const values: Record<string, string | number | boolean> = {};
    for (const [name, value] of entries) if (value !== null) values[name] = value;
    setIsAnswered(true);
    client.provideInput(question.interruptId, values);
  }

  return (
    <form className="ask" aria-label={question.question} onSubmit={onSubmit}>
      <fieldset disabled={isAnswered}>
        {fields.map((field) => <Field key={field.name} field={field} />)}
        <div className="ask-actions">
          <button type="submit" className="button button-primary">Send</button>
          <button
            type="button"
            className="button"
            onClick={() => {
              setIsAnswered(true);
              client.provideInput(question.interruptId, null);
            }}
          >
            Rather not say
          </button>
        </div>
      </fieldset>
    </form>
  );
}

function Field({ field }: { field: QuestionField }) {
  const { name, label, hint, kind, choices } = field;
  if (kind === "boolean") {
    return (
      <label className="check">
        <input type="checkbox" name={name} /> {label}
      </label>
    );
  }
  return (
    <label className="field">
      <span>{label}</span>
      {kind === "choice"
        ? <select name={name}>{choices.map((choice) => <option key={choice}>{choice}</option>)}</select>
        : (
          <input
            name={name}
            required
            maxLength={MAX_VALUE_LENGTH}
            autoComplete="off"
            spellCheck={false}
            inputMode={kind === "number" ? "decimal" : undefined}
            pattern={kind === "number" ? "-?[0-9]+([.][0-9]+)?" : undefined}
          />
        )}
      {hint && <small>{hint}</small>}
    </label>
  );
}
