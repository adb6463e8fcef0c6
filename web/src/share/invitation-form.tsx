/** Creates an invitation link, with a word about whom it is for. */
import { type FormEvent, useState } from "react";
import { type CreatedShare, createShare } from "../client/mod.ts";
import type { Database } from "../database.ts";
import { toRequestMessage } from "./to-request-message.ts";

const MAX_LABEL_LENGTH = 100;

export interface InvitationFormProps {
  database: Database;
  sessionId: string;
  onCreated(share: CreatedShare): void;
}

export function InvitationForm({ database, sessionId, onCreated }: InvitationFormProps) {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState("");

  async function onSubmit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const label = String(new FormData(event.currentTarget).get("label")).trim();
    setIsBusy(true);
    setProblem("");
    try {
      onCreated(await createShare(database, { sessionId, ...(label === "" ? {} : { label }) }));
    } catch (error) {
      setProblem(toRequestMessage(error));
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <form
      className="invitation-form"
      aria-label="New invitation"
      onSubmit={(event) => void onSubmit(event)}
    >
      <label className="field">
        <span>Whom is it for? (optional, only you see this)</span>
        <input name="label" maxLength={MAX_LABEL_LENGTH} autoComplete="off" placeholder="Team review" />
      </label>
      <button type="submit" className="button button-primary" disabled={isBusy}>Create a link</button>
      <p className="form-message" role="alert">{problem}</p>
    </form>
  );
}
