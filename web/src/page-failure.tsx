/** Stands where the page was when something in it fails, or a part of it cannot be loaded. */
import type { FallbackProps } from "react-error-boundary";
import { Logo } from "./logo.tsx";
import { MissingPartError } from "./missing-part-error.ts";

export function PageFailure({ error }: Pick<FallbackProps, "error">) {
  const isMissing = error instanceof MissingPartError;
  return (
    <main>
      <div className="full-notice page-failure" role="alert">
        <Logo size={44} />
        <h1>{isMissing ? "A part of this page is missing" : "This page has stopped"}</h1>
        <p>
          {isMissing
            ? "It could not be loaded: there may be a newer version of the page, or no connection right now."
            : "Something in it failed. Your sessions are kept, and an answer that was being written goes on."}
        </p>
        <button type="button" className="button button-primary" onClick={() => location.reload()}>
          Reload the page
        </button>
        {!isMissing && (
          <p className="page-failure-hint">
            If it stops again, <a className="link" href={location.pathname}>begin with an empty page</a>.
          </p>
        )}
      </div>
    </main>
  );
}
