/** What to do with an ended session. */

export function EndedDock({ onContinue, onNew }: { onContinue(): void; onNew(): void }) {
  return (
    <div className="ended-dock">
      <button type="button" className="button" onClick={onContinue}>Continue this session</button>
      <button type="button" className="button button-primary" onClick={onNew}>New session</button>
    </div>
  );
}
