/** The system prompt of a session title; the simulated model knows a title request by it. */
export const TITLE_INSTRUCTIONS =
  `Give the session below a title of at most six words. Write the title only: no quotation marks, no full stop.`;
