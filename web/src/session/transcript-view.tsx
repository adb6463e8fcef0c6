/** The transcript in its scrolling frame. */
import { type ReactNode, useEffect } from "react";
import { type ActiveTurn, type Message, type SessionClient, textOf } from "../client/mod.ts";
import { Icon } from "../icon.tsx";
import { AssistantMessage, Thinking } from "../message/assistant-message.tsx";
import { UserMessage } from "../message/user-message.tsx";
import { useStickToBottom } from "./use-stick-to-bottom.ts";

export interface TranscriptViewProps {
  messages: readonly Message[];
  client: SessionClient | null;
  activeTurn?: ActiveTurn | null;
  isAnswerExpected?: boolean;
  /** Sent, but not in the transcript yet. */
  unseen?: readonly { id: string; text: string }[];
  unseenNote?: string | undefined;
  children?: ReactNode;
}

export function TranscriptView(props: TranscriptViewProps) {
  const { messages, client, activeTurn = null, isAnswerExpected = false, unseen = [], unseenNote } = props;
  const { scroller, content, isAtEnd, scrollToEnd } = useStickToBottom();
  const newestOwnId = unseen.at(-1)?.id;
  useEffect(() => {
    if (newestOwnId !== undefined) scrollToEnd();
  }, [newestOwnId, scrollToEnd]);

  const isRunning = activeTurn?.status === "running" || activeTurn?.status === "queued";
  const hasBegun = messages.some((message) => message.id === activeTurn?.messageId);
  const lastId = messages.at(-1)?.id;
  return (
    <div className="transcript-frame">
      <div className="transcript" ref={scroller} tabIndex={-1}>
        <div
          className="transcript-content"
          ref={content}
          role="log"
          aria-live="off"
          aria-label="Conversation"
        >
          {messages.map((message) =>
            message.role === "user"
              ? <UserMessage key={message.id} text={textOf(message)} />
              : (
                <AssistantMessage
                  key={message.id}
                  message={message}
                  client={client}
                  isStreaming={isRunning && message.id === activeTurn?.messageId}
                  isLast={message.id === lastId && !isRunning}
                />
              )
          )}
          {unseen.map(({ id, text }) => <UserMessage key={id} text={text} note={unseenNote} />)}
          {(isAnswerExpected || (isRunning && !hasBegun)) && (
            <div className="message message-assistant">
              <Thinking />
            </div>
          )}
          {props.children}
        </div>
      </div>
      {!isAtEnd && (
        <button type="button" className="jump-button" aria-label="Jump to the latest" onClick={scrollToEnd}>
          <Icon name="down" size={17} />
        </button>
      )}
    </div>
  );
}
