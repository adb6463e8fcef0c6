/** Puts the results of tool calls into words. */
import { type ConversationCall, isRecord } from "./conversation.ts";

export function describeResults(calls: ConversationCall[]): string {
  return calls.map(describeResult).filter((text, index, all) => all.indexOf(text) === index).join("\n\n");
}

function describeResult(call: ConversationCall): string {
  if (call.missing.length > 0) {
    return QUESTIONS[call.toolName] ?? `I need ${call.missing.join(" and ")} for that.`;
  }
  if (isRecord(call.result) && typeof call.result.error === "string") {
    return describeFailure(call, { error: call.result.error, message: String(call.result.message ?? "") });
  }
  const describe = DESCRIPTIONS[call.toolName] ?? describeFields;
  return isRecord(call.result)
    ? describe(call.result)
    : `The tool \`${call.toolName}\` answered: ${String(call.result)}`;
}

const QUESTIONS: Record<string, string> = {
  fetch_account_balance:
    "I can look that up for you. Please share your **user_id** (for example `user-1`) and I will fetch the balance.",
  fetch_order_status:
    "Sure. Please share your **order_id** (for example `ORD-1001`) and I will check its status.",
  cancel_order: "Which order should I cancel? Please share its **order_id** (for example `ORD-1003`).",
  fetch_internal_data: "What should I look up in the internal data, for example *user analytics*?",
};

const DESCRIPTIONS: Record<string, (result: Record<string, unknown>) => string> = {
  fetch_account_balance: ({ user_id, balance, currency }) =>
    `The balance of account **${user_id}** is **${toMoney(balance, currency)}**.`,
  fetch_order_status: (result) => `Order **${result.order_id}** ${describeStatus(result)}`,
  cancel_order: ({ order_id, cancelled, reason }) =>
    cancelled === true
      ? `Done: order **${order_id}** has been cancelled, as you approved.`
      : `Order **${order_id}** has not been cancelled. ${reason ?? ""}`.trim(),
  fetch_internal_data: ({ query, analytics }) => {
    const fields = isRecord(analytics) ? analytics : { result: analytics };
    return `Here is what the internal data says about **${query}**:\n\n${toBullets(fields)}`;
  },
};

function describeFields(result: Record<string, unknown>): string {
  return `This is what I found:\n\n${toBullets(result)}`;
}

function describeStatus({ item, status, eta_days: days }: Record<string, unknown>): string {
  const state = `${item ? `(${item}) ` : ""}has the status **${toWords(status)}**`;
  if (typeof days !== "number" || days <= 0) return `${state}.`;
  return `${state} and should arrive in **${days} ${days === 1 ? "day" : "days"}**.`;
}

function describeFailure(
  call: ConversationCall,
  { error, message }: { error: string; message: string },
): string {
  const subject = String(Object.values(call.arguments ?? {})[0] ?? "");
  switch (error) {
    case "denied":
      return call.toolName === "cancel_order"
        ? `You did not approve it, so I have not cancelled order **${subject}**. Nothing has changed.`
        : `You did not approve \`${call.toolName}\`, so I have not run it. Nothing has changed.`;
    case "awaiting_approval":
      return `This waits for your approval: \`${call.toolName}\` ${subject}.`;
    case "outcome_unknown":
      return `I was interrupted and do not know whether \`${call.toolName}\` ${subject} took effect. Please check before trying again.`;
    default:
      return `That did not work. ${message}`.trim();
  }
}

function toMoney(amount: unknown, currency: unknown): string {
  const value = Number(amount);
  if (!/^[A-Z]{3}$/.test(String(currency)) || Number.isNaN(value)) return `${amount} ${currency}`;
  return `${
    new Intl.NumberFormat("en-US", { style: "currency", currency: String(currency) }).format(value)
  } ${currency}`;
}

function toBullets(fields: Record<string, unknown>, prefix = ""): string {
  return Object.entries(fields).map(([key, value]) => {
    const name = toWords(`${prefix} ${key}`);
    if (isRecord(value)) return toBullets(value, name);
    return `- ${name[0]?.toUpperCase()}${name.slice(1)}: ${toInline(value)}`;
  }).join("\n");
}

function toInline(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(toInline).join("; ");
  if (isRecord(value)) {
    return Object.entries(value).map(([key, field]) => `${toWords(key)} ${field}`).join(", ");
  }
  return value === null || value === undefined ? "none" : `**${value}**`;
}

/** `ON_HOLD`, `eta_days` and `toolCalls` as people write them. */
function toWords(name: unknown): string {
  return String(name).replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " ").toLowerCase().trim();
}
