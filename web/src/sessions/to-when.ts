/** Says when something was, as briefly as the day allows. */

export function toWhen(timestamp: string, now = new Date()): string {
  const date = toDate(timestamp);
  const isToday = date.toDateString() === now.toDateString();
  if (isToday) return date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  const isThisYear = date.getFullYear() === now.getFullYear();
  return date.toLocaleDateString(undefined, {
    day: "numeric",
    month: "short",
    ...(isThisYear ? {} : { year: "numeric" }),
  });
}

/** Postgres may write a space for the T, and an offset without minutes, which not every engine reads. */
export function toDate(timestamp: string): Date {
  return new Date(timestamp.replace(" ", "T").replace(/([+-]\d{2})$/, "$1:00"));
}
