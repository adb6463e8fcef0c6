/** Stands where a session could not be loaded. */

export function LoadFailure({ onRetry }: { onRetry(): void }) {
  return (
    <div className="load-failure" role="alert">
      <p>This session cannot be loaded right now. Check that the server is running.</p>
      <button type="button" className="button" onClick={onRetry}>Try again</button>
    </div>
  );
}
