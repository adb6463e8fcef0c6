/** The form for the parameters a tool call lacks; answering in words works as well. */
import { type FormEvent, useState } from "react";
import { MAX_VALUE_LENGTH, type OpenQuestion, type SessionClient, type SessionState } from "../client/mod.ts";
import { useSessionState } from "../session/use-session-state.ts";
import { type QuestionField, toFieldValue, toQuestionFields } from "./to-question-fields.ts";

type Values = Readonly<Record<string, string | number | boolean>>;

export function InputQuestion({ question, client }: { question: OpenQuestion; client: SessionClient }) {
  const { interruptId } = question;
  const state = useSessionState(client);
  const [refused] = useState(() => toRefusedValues(state, interruptId));
  const fields = toQuestionFields(question);
  // An answer that the server refused leaves it open.
  const isAnswered = !isOpen(state, interruptId);

  function answer(values: Values | null): void {
    if (isOpen(client.state, interruptId)) client.provideInput(interruptId, values);
  }

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const entries = fields.map((field) => [field.name, toFieldValue(field, form.get(field.name))] as const);
    const values: Record<string, string | number | boolean> = {};
    for (const [name, value] of entries) if (value !== null) values[name] = value;
    answer(values);
  }

  return (
    <form className="ask" aria-label={question.question} onSubmit={onSubmit}>
      <fieldset disabled={isAnswered}>
        {fields.map((field) => <Field key={field.name} field={field} entered={refused[field.name]} />)}
        <div className="ask-actions">
          <button type="submit" className="button button-primary">Send</button>
          <button type="button" className="button" onClick={() => answer(null)}>Rather not say</button>
        </div>
      </fieldset>
    </form>
  );
}

function isOpen({ openQuestion }: SessionState, interruptId: string): boolean {
  return openQuestion?.interruptId === interruptId;
}

/** What was entered, if that has just been refused: the form had gone meanwhile. */
function toRefusedValues({ lastError }: SessionState, interruptId: string): Values {
  const command = lastError?.command;
  const isIts = command?.type === "input.provide" && command.interruptId === interruptId;
  return isIts ? command.values ?? {} : {};
}

function Field({ field, entered }: { field: QuestionField; entered: Values[string] | undefined }) {
  const { name, label, hint, kind, choices } = field;
  if (kind === "boolean") {
    return (
      <label className="check">
        <input type="checkbox" name={name} defaultChecked={entered === true} /> {label}
      </label>
    );
  }
  const text = entered?.toString();
  return (
    <label className="field">
      <span>{label}</span>
      {kind === "choice"
        ? (
          <select name={name} defaultValue={text}>
            {choices.map((choice) => <option key={choice}>{choice}</option>)}
          </select>
        )
        : (
          <input
            name={name}
            defaultValue={text}
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
