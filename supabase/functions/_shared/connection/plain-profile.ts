/** No subprotocol: bare text in, `start`, `token`… and `done` out. A few lines over the same session. */
import { checkMessageText, type Frame, type PlainFrame, toWireError } from "../protocol/mod.ts";
import { PlainAnswers } from "./plain-answers.ts";
import type { Profile } from "./profile.ts";

const APPROVAL = /^\s*(yes|y|approve|ok|no|n|deny)\s*$/i;
const REFUSAL = /^\s*n/i;

export function createPlainProfile({ createId }: { createId(): string }): Profile {
  const answers = new PlainAnswers();

  function say(frame: Frame): PlainFrame[] {
    if (frame.type !== "error") return answers.tell(frame);
    const { code, message } = frame.error;
    return [{ type: "error", code, message }];
  }

  const encode = (frame: Frame) => say(frame).map((plain) => JSON.stringify(plain));

  return {
    wantsHistory: false,
    parse(text) {
      const id = createId();
      const approvalId = answers.openApprovalId;
      if (approvalId !== null && APPROVAL.test(text)) {
        return { ok: true, value: { type: "tool.approve", id, approvalId, approved: !REFUSAL.test(text) } };
      }
      const refusal = checkMessageText(text);
      if (refusal) return { ok: false, error: toWireError(refusal.code, { detail: refusal.detail }) };
      return { ok: true, value: { type: "message.create", id, text, onBusy: "queue" } };
    },
    encode,
    encodeShared: (shared) => encode(shared.frame),
    encodeMerged: (frame) => joinTokens(say(frame)).map((plain) => JSON.stringify(plain)),
  };
}

/** The joined tokens are what counts: several in a row may as well come as one. */
function joinTokens(frames: PlainFrame[]): PlainFrame[] {
  return frames.reduce<PlainFrame[]>((joined, frame) => {
    const last = joined.at(-1);
    if (frame.type !== "token" || last?.type !== "token") return [...joined, frame];
    return [...joined.slice(0, -1), { type: "token", token: last.token + frame.token }];
  }, []);
}
