/** The first paragraph of the README in real Chromium: sign in, chat, tools, stop, end, summary, closed tab. */
import { assert, assertEquals } from "@std/assert";
import { openPageTarget } from "./testing/open-page-target.ts";
import { answerFinished, countLengths, openPage, say, signInAsDemo } from "./testing/page-steps.ts";
import { shortenGrace } from "./testing/shorten-grace.ts";

/** Where the grace period cannot be shortened it takes 30 s, and the sweep a few more. */
const ABANDONED_WITHIN_MS = 60_000;

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
      await signInAsDemo(page);
      await page.getByLabel("Message").waitFor();
    });

    await step("an answer is seen growing", async () => {
      await page.getByRole("button", { name: "Hello, explain what this system does", exact: true }).click();
      const lengths = await countLengths(page, 0);
      assert(lengths >= 5, `saw only ${lengths} different lengths`);
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

    await step("Escape in the search, and over the list of a narrow screen, stops no answer", async () => {
      const size = page.viewportSize();
      await say(page, "Hello, explain what this system does");
      await answers.nth(6).locator(".markdown").first().waitFor();
      await page.getByLabel("Search sessions").press("Escape");
      await page.setViewportSize({ width: 390, height: 780 });
      await page.getByRole("button", { name: "Open the list of sessions" }).click();
      await page.locator('.sidebar[data-open="true"]').waitFor();
      await page.keyboard.press("Escape");
      await page.locator('.sidebar[data-open="false"]').waitFor({ state: "attached" });
      assertEquals(await answers.nth(6).getAttribute("aria-busy"), "true");
      await answerFinished(page, 7);
      assert(!(await answers.nth(6).textContent())?.includes("Stopped"));
      if (size) await page.setViewportSize(size);
    });

    await step("a reload returns to the same session", async () => {
      const before = await answers.allTextContents();
      await page.reload();
      await answers.nth(6).waitFor();
      assertEquals(await answers.allTextContents(), before);
    });

    await step("the end brings the summary", async () => {
      await page.getByRole("button", { name: "End session" }).click();
      await page.getByRole("heading", { name: /^Session ended after/ }).waitFor();
      await page.getByRole("heading", { name: "Summary" }).waitFor();
      assert((await page.locator(".ending .markdown").textContent())?.trim());
    });

    await step("a message is sent although its session is left before there is a connection", async () => {
      let connect = () => {};
      const connected = new Promise<void>((resolve) => connect = resolve);
      await page.routeWebSocket(/functions/, async (socket) => {
        await connected;
        socket.connectToServer();
      });
      await page.getByRole("button", { name: "New session" }).first().click();
      await say(page, "Check order status for order_id=ORD-1002");
      await page.getByRole("button", { name: "New session" }).first().click();
      connect();
      await page.locator(".session-item-facts", { hasText: "Live" }).first().click();
      await answerFinished(page, 1);
    });

    await step("signing out works without the server", async () => {
      await page.route("**/auth/v1/logout**", (route) => route.abort());
      await page.getByRole("button", { name: "Sign out" }).click();
      await signInAsDemo(page);
      await page.getByLabel("Message").waitFor();
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
      const newest = other.locator(".session-item").first();
      await newest.locator(".session-item-facts", { hasText: "Ended" }).waitFor({
        timeout: ABANDONED_WITHIN_MS,
      });
      await other.goto(href);
      await other.getByRole("heading", { name: "Summary" }).waitFor();
    });
  },
});
