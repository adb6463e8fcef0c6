/** Sign-up to sign-out with the official client. */

import { assertEquals, assertNotEquals } from "@std/assert";
import { createTestClient, signInDemo, withStack } from "../testing/with-stack.ts";

const NEW_ACCOUNT = { email: "new@example.com", password: "long-enough" };

Deno.test("a new user is signed in at once and can come back", () =>
  withStack(async (stack) => {
    const client = createTestClient(stack);

    const signedUp = await client.auth.signUp(NEW_ACCOUNT);
    const user = await client.auth.getUser();
    const refreshed = await client.auth.refreshSession();
    const signedOut = await client.auth.signOut();
    const again = await createTestClient(stack).auth.signInWithPassword(NEW_ACCOUNT);

    assertNotEquals(signedUp.data.session, null);
    assertEquals(user.data.user?.email, NEW_ACCOUNT.email);
    assertEquals(refreshed.data.user?.id, user.data.user?.id);
    assertEquals(signedOut.error, null);
    assertEquals(again.data.user?.id, user.data.user?.id);
  }));

Deno.test("a wrong password, a short one and a taken address are refused with the codes of Auth", () =>
  withStack(async (stack) => {
    const { auth } = createTestClient(stack);

    const wrong = await auth.signInWithPassword({ ...stack.demo, password: "wrong" });
    const short = await auth.signUp({ email: "a@example.com", password: "short" });
    const taken = await auth.signUp({ email: stack.demo.email, password: "long-enough" });

    assertEquals(wrong.error?.code, "invalid_credentials");
    assertEquals(short.error?.code, "weak_password");
    assertEquals(taken.error?.code, "user_already_exists");
  }));

Deno.test("a token of a signed-out session is no user any more", () =>
  withStack(async (stack) => {
    const client = await signInDemo(stack);
    const { data } = await client.auth.getSession();
    await client.auth.signOut();

    const { error } = await createTestClient(stack).auth.getUser(data.session!.access_token);

    assertEquals(error?.name, "AuthSessionMissingError");
  }));

Deno.test("HS256 tokens are made when asked for, and checked by asking Auth", () =>
  withStack(async (stack) => {
    const { data, error } = await (await signInDemo(stack)).auth.getClaims();

    assertEquals(error, null);
    assertEquals([data?.header.alg, data?.claims.email], ["HS256", stack.demo.email]);
  }, { tokenAlgorithm: "HS256" }));
