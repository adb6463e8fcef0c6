/** The line under an answer: how it ended, what it took, what can be done with it. */
import { useState } from "react";
import { ERROR_CODES, type Message, type SessionClient, type SessionState, textOf } from "../client/mod.ts";
import { useSessionState } from "../session/use-session-state.ts";

export interface AnswerFootProps {
  message: Message;
  /** Absent where nothing can be done about the answer. */
  client: SessionClient | null;
  isLast: boolean;
}

export function AnswerFoot({ message, client, isLast }: AnswerFootProps) {
  const problem = toProblem(message);
  return (
    <footer className="answer-foot">
      {problem && <p className="answer-problem">{problem}</p>}
      <div className="answer-facts">
        {message.metadata?.status === "cancelled" && <span>Stopped</span>}
        <span>{toFacts(message)}</span>
        <CopyButton text={textOf(message)} />
        {client && isLast && (
          <RegenerateButton
            {...{ client }}
            messageId={message.id}
            label={problem ? "Try again" : "Regenerate"}
          />
        )}
      </div>
    </footer>
  );
}

function RegenerateButton(
  { client, messageId, label }: { client: SessionClient; messageId: string; label: string },
) {
  const isBusy = isUnderWay(useSessionState(client));
  return (
    // Not disabled while busy: that would take the focus from a keyboard.
    <button
      type="button"
      className="link"
      aria-disabled={isBusy}
      onClick={() => isUnderWay(client.state) || client.regenerate(messageId)}
    >
      {label}
    </button>
  );
}

function isUnderWay({ pending, isAnswerExpected }: SessionState): boolean {
  return pending.length > 0 || isAnswerExpected;
}

function CopyButton({ text }: { text: string }) {
  const [isCopied, setIsCopied] = useState(false);
  if (text === "") return null;
  return (
    <button
      type="button"
      className="link"
      onClick={() => {
        void navigator.clipboard.writeText(text).then(() => {
          setIsCopied(true);
          setTimeout(() => setIsCopied(false), 1_500);
        });
      }}
    >
      {isCopied ? "Copied" : "Copy"}
    </button>
  );
}

function toProblem({ metadata }: Message): string | null {
  if (metadata?.status === "interrupted") return ERROR_CODES.turn_interrupted.message;
  if (metadata?.status !== "failed") return null;
  const known = Object.entries(ERROR_CODES).find(([code]) => code === metadata.errorCode);
  return known?.[1].message ?? ERROR_CODES.internal.message;
}

function toFacts({ metadata }: Message): string {
  const { model, usage, timeToFirstTokenMs } = metadata ?? {};
  return [
    model,
    usage && `${usage.estimated ? "about " : ""}${usage.outputTokens.toLocaleString()} tokens`,
    timeToFirstTokenMs !== undefined && `first token after ${Math.round(timeToFirstTokenMs)} ms`,
  ].filter(Boolean).join(" · ");
}
