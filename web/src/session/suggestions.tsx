/** What a newcomer may try, one click each. */

const PROMPTS = [
  "Hello, explain what this system does",
  "What is my account balance?",
  "What is my balance? user_id=user-1",
  "Check order status for order_id=ORD-1001",
  "Check my order status",
  "fetch internal user analytics",
  "Cancel order ORD-1003",
] as const;

export function Suggestions({ onPick }: { onPick(text: string): void }) {
  return (
    <ul className="suggestions" aria-label="Suggestions">
      {PROMPTS.map((prompt) => (
        <li key={prompt}>
          <button type="button" className="chip" onClick={() => onPick(prompt)}>{prompt}</button>
        </li>
      ))}
    </ul>
  );
}
