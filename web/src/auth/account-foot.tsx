/** Who is signed in, and signing out. */
import type { SigningOut } from "./use-sign-out.ts";

const PROBLEMS = {
  unsent: "A message has not been sent yet, and would be lost.",
  failed: "You could not be signed out. Try again in a moment.",
} as const;

export function AccountFoot({ email, signingOut }: { email: string; signingOut: SigningOut }) {
  const { isBusy, problem, signOut } = signingOut;
  return (
    <>
      {problem && <p className="sidebar-problem" role="alert">{PROBLEMS[problem]}</p>}
      <div className="account">
        <span className="account-email" title={email}>{email}</span>
        {/* Not disabled while busy: that would take the focus from a keyboard. */}
        <button type="button" className="link" aria-disabled={isBusy} onClick={signOut}>
          {isBusy ? "Signing out…" : problem === "unsent" ? "Sign out anyway" : "Sign out"}
        </button>
      </div>
    </>
  );
}
