/** Holds the place of a transcript that is being loaded. */

export function TranscriptSkeleton() {
  return (
    <div className="transcript-frame" role="status" aria-label="Loading the session">
      <div className="transcript-skeleton" aria-hidden="true">
        <span style={{ width: "38%", alignSelf: "flex-end" }} />
        <span style={{ width: "92%" }} />
        <span style={{ width: "80%" }} />
        <span style={{ width: "64%" }} />
      </div>
    </div>
  );
}
