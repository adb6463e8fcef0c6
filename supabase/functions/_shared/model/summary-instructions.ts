/** The system prompt of a summary; the simulated model knows a summary request by it. */
export const SUMMARY_INSTRUCTIONS =
  `Summarise the finished session below for the person who had it, in 4 to 7 short Markdown bullets: what was asked, which tools were used and what they told, what was decided or done, and what is still open. Name ids and figures exactly. Invent nothing. Write the bullets only.`;
