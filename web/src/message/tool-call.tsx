/** One tool call: name, arguments and state on a line; everything behind it on demand. */
import { type Message, toolNameOf, type ToolPart } from "../client/mod.ts";
import { Icon } from "../icon.tsx";
import { toArgumentLine, toToolSummary } from "./to-tool-summary.ts";

export function ToolCall({ part, message }: { part: ToolPart; message: Message }) {
  const { tone, icon, label } = toToolSummary(part, message);
  const isFailure = tone === "failed";
  return (
    <details className="tool" data-tone={tone}>
      <summary>
        <span className="tool-icon" aria-hidden="true">
          {icon ? <Icon name={icon} size={14} /> : <span className="spinner" />}
        </span>
        <span className="tool-name">{toolNameOf(part)}</span>
        <span className="tool-arguments">{toArgumentLine(part)}</span>
        <span className="tool-state">{label}</span>
        <span className="tool-chevron">
          <Icon name="chevron" size={14} />
        </span>
      </summary>
      <dl className="tool-details">
        <dt>Arguments</dt>
        <dd>
          <pre
            tabIndex={0}
          >{part.state === "input-streaming" ? String(part.rawInput ?? "") : toText(part.input)}</pre>
        </dd>
        {part.output !== undefined && (
          <>
            <dt>Result</dt>
            <dd>
              <pre tabIndex={0}>{toText(part.output)}</pre>
            </dd>
          </>
        )}
        {isFailure && part.errorText && (
          <>
            <dt>Problem</dt>
            <dd>{part.errorText}</dd>
          </>
        )}
        {part.approval?.reason && (
          <>
            <dt>Reason given</dt>
            <dd>{part.approval.reason}</dd>
          </>
        )}
      </dl>
    </details>
  );
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? {}, null, 2);
}
