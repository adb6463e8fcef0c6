/** The first paragraph of the README in real Chromium: sign in, chat, tools, stop, end, summary, closed tab. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { openPageTarget } from "./testing/open-page-target.ts";
import { shortenGrace } from "./testing/shorten-grace.ts";

const PATIENCE_MS = 20_000;
/** Where the grace period cannot be shortened it takes 30 s, and the sweep a few more. */
const ABANDONED_WITHIN_MS = 60_000;

async function openPage(target: Awaited<ReturnType<typeof openPageTarget>>): Promise<Page> {
  const context = await target.browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await page.goto(target.pageUrl);
  return page;
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Message").fill(text);
  await page.keyboard.press("Enter");
}

async function answerFinished(page: Page, count: number): Promise<void> {
  await page.locator(`.message-assistant >> nth=${count - 1}`).locator(".answer-facts").waitFor();
}

/** The list tells of an abandoned session once the page is loaded again. */
async function becomesEnded(page: Page): Promise<void> {
  const facts = page.locator(".session-item-facts").first();
  for (const deadline = Date.now() + ABANDONED_WITHIN_MS; Date.now() < deadline;) {
    await facts.waitFor();
    if (!(await facts.textContent())?.includes("Active")) return;
    await page.waitForTimeout(500);
    await page.reload();
  }
  throw new Error("Waited in vain for the abandoned session to end");
}

Deno.test({
  name: "the page: sign in, watch an answer grow, use a tool, stop, end, read the summary",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(context) {
    const step = async (name: string, run: () => Promise<void>) => {
      assert(await context.step(name, run), `Stopped after "${name}"`);
    };
    await using target = await openPageTarget();
    const page = await openPage(target);
    const answers = page.locator(".message-assistant");

    await step("the demo account is one click away", async () => {
      await page.getByRole("button", { name: "Continue with the demo account" }).click();
      await page.getByLabel("Message").waitFor();
    });

    await step("an answer is seen growing", async () => {
      await page.getByRole("button", { name: "Hello, explain what this system does", exact: true }).click();
      const lengths = new Set<number>();
      const text = answers.first().locator(".markdown").first();
      await text.waitFor();
      while (await page.getByLabel("Stop the answer").isVisible()) {
        lengths.add((await text.textContent() ?? "").length);
        await page.waitForTimeout(20);
      }
      assert(lengths.size >= 5, `saw only ${lengths.size} different lengths`);
      await answerFinished(page, 1);
    });

    await step("a tool call shows its name, arguments and result", async () => {
      await say(page, "Check order status for order_id=ORD-1001");
      await answerFinished(page, 2);
      const tool = page.locator("details.tool").first();
      assertEquals(await tool.locator(".tool-name").textContent(), "fetch_order_status");
      await tool.locator("summary").click();
      assert((await tool.textContent())?.includes("ORD-1001"));
      assertEquals(await tool.locator(".tool-state").textContent(), "Done");
    });

    await step("a missing parameter is asked for and given in a form", async () => {
      await say(page, "What is my account balance?");
      await page.getByRole("textbox", { name: "User id" }).fill("user-1");
      await page.getByRole("button", { name: "Send", exact: true }).first().click();
      await answerFinished(page, 4);
      assertEquals(await page.locator("details.tool").last().locator(".tool-state").textContent(), "Done");
    });

    await step("an approval is asked for before an order is cancelled", async () => {
      await say(page, "Cancel order ORD-1003");
      await page.getByRole("button", { name: "Deny" }).click();
      await answerFinished(page, 5);
      assertEquals(await page.locator("details.tool").last().locator(".tool-state").textContent(), "Denied");
    });

    await step("Escape stops an answer and keeps what was said", async () => {
      await say(page, "Hello, explain what this system does");
      await answers.nth(5).locator(".markdown").first().waitFor();
      await page.keyboard.press("Escape");
      await answerFinished(page, 6);
      assert((await answers.nth(5).textContent())?.includes("Stopped"));
      assert((await answers.nth(5).locator(".markdown").first().textContent())?.trim());
    });

    await step("a reload returns to the same session", async () => {
      const before = await answers.allTextContents();
      await page.reload();
      await answers.nth(5).waitFor();
      assertEquals(await answers.allTextContents(), before);
    });

    await step("the end brings the summary", async () => {
      await page.getByRole("button", { name: "End session" }).click();
      await page.getByRole("heading", { name: /^Session ended after/ }).waitFor();
      await page.getByRole("heading", { name: "Summary" }).waitFor();
      assert((await page.locator(".ending .markdown").textContent())?.trim());
    });

    await step("a closed tab ends the session too, and another tab reads its summary", async () => {
      if (target.target.stack) await shortenGrace(target.target.stack);
      await page.getByRole("button", { name: "New session" }).first().click();
      await say(page, "fetch internal user analytics");
      await answerFinished(page, 1);
      const { href } = new URL(page.url());
      const other = await page.context().newPage();
      await page.close();

      await other.goto(target.pageUrl);
      await becomesEnded(other);
      await other.goto(href);
      await other.getByRole("heading", { name: "Summary" }).waitFor();
    });
  },
});
