/** The list of sessions in real Chromium: the same in two tabs, without a reload. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { addOldSessions } from "./testing/add-old-sessions.ts";
import { openPageTarget } from "./testing/open-page-target.ts";
import { answerFinished, openPage, say, signUp } from "./testing/page-steps.ts";

const SHORT = "Check order status for order_id=ORD-1001";
/** More than a page of the list. */
const SESSION_COUNT = 25;

function items(page: Page) {
  return page.getByRole("list", { name: "Your sessions" }).getByRole("listitem");
}

Deno.test({
  name: "the page: a list that is live in two tabs, searched, paged, renamed and marked as read",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(context) {
    const step = async (name: string, run: () => Promise<void>) => {
      assert(await context.step(name, run), `Stopped after "${name}"`);
    };
    await using target = await openPageTarget();
    const one = await openPage(target);
    await signUp(one);
    const two = await one.context().newPage();
    await two.goto(target.pageUrl);
    await two.getByText("Your sessions will be listed here.").waitFor();

    await step("a session that begins in one tab appears in the other", async () => {
      await say(one, SHORT);
      await items(two).filter({ hasText: "Live" }).waitFor();
      await answerFinished(one, 1);
    });

    await step("the title that the model gives replaces the first words", async () => {
      await items(two).filter({ hasNotText: SHORT.slice(0, 20) }).first().waitFor();
      const title = await items(two).first().locator(".session-item-title").textContent();
      await one.getByRole("heading", { level: 1, name: title ?? "" }).waitFor();
    });

    await step("a name that is given in one tab is there in the other", async () => {
      await items(two).first().getByRole("button").first().focus();
      await two.keyboard.press("F2");
      await two.getByLabel("Title of the session").fill("Where is my parcel");
      await two.keyboard.press("Enter");
      await items(one).filter({ hasText: "Where is my parcel" }).waitFor();
      await one.getByRole("heading", { level: 1, name: "Where is my parcel" }).waitFor();
    });

    await step("Escape keeps the name", async () => {
      await items(two).first().getByRole("button", { name: /^Rename/ }).focus();
      await two.keyboard.press("Enter");
      await two.getByLabel("Title of the session").fill("Something else");
      await two.keyboard.press("Escape");
      assertEquals(
        await items(two).first().locator(".session-item-title").textContent(),
        "Where is my parcel",
      );
    });

    await step("a search keeps every character, however fast one types, and where one types it", async () => {
      const field = two.getByLabel("Search sessions");
      await field.pressSequentially("chk status of my parcel");
      for (let count = 0; count < 20; count++) await two.keyboard.press("ArrowLeft");
      assertEquals(await field.inputValue(), "chk status of my parcel");
      await two.keyboard.press("ArrowLeft");
      await field.pressSequentially("ec");
      assertEquals(await field.inputValue(), "check status of my parcel");
      await field.press("Escape");
    });

    await step("a search shows the words that matched, as text", async () => {
      await two.getByLabel("Search sessions").fill("check");
      assertEquals(await two.locator("mark").first().textContent(), "Check");
      await two.getByLabel("Search sessions").fill("nothing like this");
      await two.getByText("Nothing found.").waitFor();
      await two.getByLabel("Search sessions").press("Escape");
      await items(two).first().waitFor();
    });

    await step("a summary is new until its session is opened", async () => {
      await one.getByRole("button", { name: "End session" }).click();
      await one.getByRole("button", { name: "New session" }).first().click();
      await items(two).filter({ hasText: "new summary" }).waitFor();
      await items(two).first().getByRole("button").first().click();
      await two.getByRole("heading", { name: "Summary" }).waitFor();
      for (const page of [one, two]) {
        await items(page).filter({ hasText: "new summary" }).waitFor({ state: "detached" });
      }
    });

    await step("older sessions come when one scrolls to the end", async () => {
      if (!target.target.stack) return;
      await addOldSessions(target.target.stack, { title: "Where is my parcel", count: SESSION_COUNT });
      await two.reload();
      await items(two).nth(15).waitFor();
      await items(two).last().scrollIntoViewIfNeeded();
      await items(two).nth(SESSION_COUNT).waitFor({ state: "attached" });
      assertEquals(await two.getByRole("button", { name: "Show more" }).count(), 0);
    });
  },
});
