/** Says in plain words why signing in or up failed, and what to do. */

const MESSAGES: Readonly<Record<string, string>> = {
  invalid_credentials: "The email or password is not right. Check both, or create an account.",
  email_not_confirmed: "This account waits for its email to be confirmed. Open the link in the email first.",
  user_already_exists: "There is an account with this email already. Sign in instead.",
  email_exists: "There is an account with this email already. Sign in instead.",
  weak_password: "This password is too short. Use at least 8 characters.",
  over_request_rate_limit: "Too many attempts. Wait a minute, then try again.",
  signup_disabled: "New accounts are switched off here. Use the demo account.",
};

export function toAuthMessage(
  error: { code?: string | undefined; status?: number | undefined; name: string },
): string {
  const known = error.code === undefined ? undefined : MESSAGES[error.code];
  if (known) return known;
  if (error.name === "AuthRetryableFetchError") {
    return "The server cannot be reached. Check that it is running, then try again.";
  }
  if (error.name === "QuotaExceededError") {
    return "The browser has no room to keep you signed in. Delete what it keeps for this site, then try again.";
  }
  if (error.status === 400) return "The email or password is not right. Check both, or create an account.";
  return "That did not work. Try again in a moment.";
}
