/** Two people in real Chromium: one shares a session, the other watches it, until the invitation is taken back. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { openPageTarget } from "./testing/open-page-target.ts";
import {
  answerFinished,
  countLengths,
  createInvitation,
  openPage,
  say,
  sidewaysOnPhone,
  signInAsDemo,
  signUp,
} from "./testing/page-steps.ts";

const LONG = "Hello, explain what this system does";
const REVOKED_WITHIN_MS = 5_000;

Deno.test({
  name: "the page: share a session, watch it live, take the invitation back",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(context) {
    const step = async (name: string, run: () => Promise<void>) => {
      assert(await context.step(name, run), `Stopped after "${name}"`);
    };
    await using target = await openPageTarget();
    const owner = await openPage(target);
    let guest: Page;
    let link = "";

    await step("the owner creates an invitation", async () => {
      await signInAsDemo(owner);
      await say(owner, LONG);
      await answerFinished(owner, 1);
      link = await createInvitation(owner, "Ada");
      const { hash, search } = new URL(link);
      assert(hash.startsWith("#invitation="), "the code is where no server sees it");
      assertEquals(search, "");
    });

    await step(
      "the link asks a newcomer to sign in, then opens the session; the code leaves the address",
      async () => {
        guest = await openPage(target, { url: link });
        await guest.getByText("You are invited to watch a session").waitFor();
        assertEquals(new URL(guest.url()).hash, "");
        await signUp(guest);
        await guest.getByRole("complementary", { name: "You are watching" }).waitFor();
        await answerFinished(guest, 1);
        assertEquals(new URL(guest.url()).searchParams.has("session"), true);
        assertEquals(await guest.getByLabel("Message").count(), 0);
        assertEquals(await guest.getByRole("button", { name: "Regenerate" }).count(), 0);
        await guest.getByRole("region", { name: "Shared with me" }).waitFor();
      },
    );

    await step("each knows of the other", async () => {
      await owner.getByText("1 watching").waitFor({ state: "attached" });
      await guest.getByText("1 watching").waitFor();
      await owner.getByLabel("Message").pressSequentially("He", { delay: 20 });
      await guest.getByText("The owner is typing").waitFor();
    });

    await step("on a phone, nothing has to be scrolled sideways", async () => {
      assertEquals([await sidewaysOnPhone(owner), await sidewaysOnPhone(guest)], [0, 0]);
      await owner.getByRole("button", { name: "Share" }).click();
      await owner.getByText("1 person joined").waitFor();
      assertEquals(await sidewaysOnPhone(owner), 0);
      await owner.keyboard.press("Escape");
    });

    await step("a running answer streams to who watches", async () => {
      await say(owner, LONG);
      const lengths = await countLengths(guest, 1);
      assert(lengths >= 5, `saw only ${lengths} different lengths`);
      await answerFinished(owner, 2);
      await answerFinished(guest, 2);
      const texts = await Promise.all(
        [owner, guest].map((page) =>
          page.locator(".message-assistant").nth(1).locator(".markdown").first().textContent()
        ),
      );
      assertEquals(texts[1], texts[0]);
    });

    await step(
      "revoking in the middle of an answer ends the view within seconds, and leaves nothing",
      async () => {
        await say(owner, LONG);
        await guest.locator(".message-assistant").nth(2).locator(".markdown").first().waitFor();
        await owner.getByRole("button", { name: "Share" }).click();
        await owner.getByText("1 person joined").waitFor();
        await owner.getByRole("button", { name: "Revoke Ada" }).click();
        await guest.getByText("This session is no longer shared with you").waitFor({
          timeout: REVOKED_WITHIN_MS,
        });
        assertEquals(await guest.locator(".message").count(), 0);
        assertEquals(await guest.title(), "Parley");
        await guest.getByRole("region", { name: "Shared with me" }).waitFor({ state: "detached" });
        await owner.getByText("Revoked", { exact: false }).first().waitFor();
      },
    );

    await step("the owner's answer goes on, and Escape in the dialog stopped nothing", async () => {
      await owner.keyboard.press("Escape");
      await owner.getByRole("dialog").waitFor({ state: "detached" });
      await answerFinished(owner, 3);
      assertEquals(await owner.getByText("Stopped", { exact: true }).count(), 0);
    });

    await step("its address alone opens nothing", async () => {
      await guest.reload();
      await guest.getByRole("heading", { name: "This session cannot be opened" }).waitFor();
    });

    await step("the old link says plainly that it does not work", async () => {
      await guest.goto(link);
      await guest.getByRole("heading", { name: "This invitation does not work" }).waitFor();
      await guest.getByRole("button", { name: "Go to my sessions" }).click();
      await guest.getByLabel("Message").waitFor();
    });
  },
});
