/** What to do with an ended session. */

export interface EndedDockProps {
  /** It goes on elsewhere. */
  isContinued?: boolean;
  onContinue(): void;
  onNew(): void;
}

export function EndedDock({ isContinued = false, onContinue, onNew }: EndedDockProps) {
  return (
    <div className="ended-dock">
      <button type="button" className="button" onClick={onContinue}>
        {isContinued ? "Connect" : "Continue this session"}
      </button>
      <button type="button" className="button button-primary" onClick={onNew}>New session</button>
    </div>
  );
}
