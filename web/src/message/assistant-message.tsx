/** One answer: its parts in the order they came. Drawn again only when it changes. */
import { memo } from "react";
import { isToolPart, type Message, type MessagePart, type SessionClient } from "../client/mod.ts";
import { Icon } from "../icon.tsx";
import { AnswerFoot } from "./answer-foot.tsx";
import { MarkdownText } from "./markdown-text.tsx";
import { ToolApproval } from "./tool-approval.tsx";
import { ToolCall } from "./tool-call.tsx";

export interface AssistantMessageProps {
  message: Message;
  client: SessionClient | null;
  isStreaming: boolean;
  isLast: boolean;
}

export const AssistantMessage = memo(function AssistantMessage(props: AssistantMessageProps) {
  const { message, client, isStreaming, isLast } = props;
  const lastIndex = message.parts.length - 1;
  const isWaiting = message.metadata?.status === "waiting";
  return (
    <article className="message message-assistant" aria-label="Parley" aria-busy={isStreaming}>
      {message.parts.map((part, index) => (
        <Part
          key={index}
          {...{ part, message, client }}
          isStreaming={isStreaming && index === lastIndex}
        />
      ))}
      {isStreaming && !hasContent(message) && <Thinking />}
      {!isStreaming && !isWaiting && <AnswerFoot {...{ message, client, isLast }} />}
      {isStreaming && <div className="answer-foot" />}
    </article>
  );
});

interface PartProps {
  part: MessagePart;
  message: Message;
  client: SessionClient | null;
  isStreaming: boolean;
}

function Part({ part, message, client, isStreaming }: PartProps) {
  if (isToolPart(part)) {
    return (
      <>
        <ToolCall {...{ part, message }} />
        {part.state === "approval-requested" && client && message.metadata?.status === "waiting" && (
          <ToolApproval {...{ part, client }} />
        )}
      </>
    );
  }
  switch (part.type) {
    case "text":
      return <MarkdownText text={part.text} isStreaming={isStreaming} />;
    case "reasoning":
      return (
        <details className="reasoning">
          <summary>Reasoning</summary>
          <MarkdownText text={part.text} isStreaming={isStreaming} />
        </details>
      );
    case "data-notice":
      return (
        <p className="notice">
          <Icon name="info" size={15} /> {part.data.message}
        </p>
      );
    case "data-input-required":
    case "step-start":
      return null;
  }
}

export function Thinking() {
  return (
    <p className="thinking" role="status" aria-label="The answer is on its way">
      <span />
      <span />
      <span />
    </p>
  );
}

function hasContent({ parts }: Message): boolean {
  return parts.some((part) => part.type !== "step-start" && (part.type !== "text" || part.text !== ""));
}
