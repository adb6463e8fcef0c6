/** Puts the page on the screen. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ErrorBoundary } from "react-error-boundary";
import { App } from "./app.tsx";
import { PageFailure } from "./page-failure.tsx";

const root = document.getElementById("root");
if (!root) throw new Error("Cannot start the page: index.html has no element with the id root");
createRoot(root).render(
  <StrictMode>
    <ErrorBoundary FallbackComponent={PageFailure}>
      <App />
    </ErrorBoundary>
  </StrictMode>,
);
