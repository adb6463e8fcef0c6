/** The first thing a newcomer sees: one click to the demo account, or an account of one's own. */
import { type FormEvent, useState } from "react";
import { Logo } from "../logo.tsx";
import type { Database } from "../database.ts";
import { DEMO_EMAIL, DEMO_PASSWORD } from "../environment.ts";
import { enter, type EnterOptions } from "./enter.ts";

type Mode = EnterOptions["how"];
type Credentials = Omit<EnterOptions, "how">;

const demo: Credentials | null = DEMO_EMAIL && DEMO_PASSWORD
  ? { email: DEMO_EMAIL, password: DEMO_PASSWORD }
  : null;

export interface SignInPageProps {
  database: Database;
  /** Came by an invitation link, which is opened next. */
  isInvited: boolean;
}

export function SignInPage({ database, isInvited }: SignInPageProps) {
  const [mode, setMode] = useState<Mode>("sign-in");
  const [isBusy, setIsBusy] = useState(false);
  const [message, setMessage] = useState<string | null>(null);

  async function submit(credentials: Credentials, how: Mode): Promise<void> {
    setIsBusy(true);
    setMessage(null);
    setMessage(await enter(database, { ...credentials, how }));
    setIsBusy(false);
  }

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void submit({ email: String(form.get("email")), password: String(form.get("password")) }, mode);
  }

  const isSignIn = mode === "sign-in";
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <header className="sign-in-header">
          <Logo size={44} />
          <h1>Parley</h1>
          <p>
            {isInvited
              ? "You are invited to watch a session. Sign in, and it opens."
              : "Realtime AI sessions that outlive their sockets and workers."}
          </p>
        </header>
        {demo && (
          <>
            <button
              type="button"
              className="button button-primary button-wide"
              disabled={isBusy}
              onClick={() => void submit(demo, "sign-in")}
            >
              Continue with the demo account
            </button>
            <div className="divider" role="presentation">or</div>
          </>
        )}
        <form onSubmit={onSubmit} aria-label={isSignIn ? "Sign in" : "Create an account"}>
          <label className="field">
            <span>Email</span>
            <input name="email" type="email" autoComplete="email" required placeholder="you@example.com" />
          </label>
          <label className="field">
            <span>Password</span>
            <input
              name="password"
              type="password"
              autoComplete={isSignIn ? "current-password" : "new-password"}
              minLength={isSignIn ? undefined : 8}
              required
            />
          </label>
          <p className="form-message" role="alert">{message}</p>
          <button type="submit" className="button button-wide" disabled={isBusy}>
            {isBusy ? "One moment…" : isSignIn ? "Sign in" : "Create account"}
          </button>
        </form>
        <p className="sign-in-switch">
          {isSignIn ? "New here?" : "Have an account?"}{" "}
          <button
            type="button"
            className="link"
            onClick={() => {
              setMode(isSignIn ? "sign-up" : "sign-in");
              setMessage(null);
            }}
          >
            {isSignIn ? "Create an account" : "Sign in"}
          </button>
        </p>
      </div>
    </main>
  );
}
