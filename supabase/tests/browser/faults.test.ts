/** What can go wrong around the page, in real Chromium: it says so, loses nothing, and is never blank. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { gateCommands } from "./testing/gate-commands.ts";
import { openPageTarget } from "./testing/open-page-target.ts";
import { answerFinished, openPage, say, signInAsDemo } from "./testing/page-steps.ts";

const WORKSPACE = /workspace-.*\.js/;

/** As a browser does that blocks cookies. */
function denyStorage(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const get = () => {
      throw new DOMException("Access is denied for this document", "SecurityError");
    };
    for (const name of ["sessionStorage", "localStorage"]) Object.defineProperty(globalThis, name, { get });
  });
}

function fillStorage(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = function (key, value) {
      // There is room for what is small.
      if (value.length > 50 || this === sessionStorage) throw new DOMException("Full", "QuotaExceededError");
      setItem.call(this, key, value);
    };
  });
}

Deno.test({
  name: "the page: denied and full storage, a missing part, a failure, refusals",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(context) {
    const step = async (name: string, run: () => Promise<void>) => {
      assert(await context.step(name, run), `Stopped after "${name}"`);
    };
    await using target = await openPageTarget();

    await step("a browser that denies storage shows an invitation, and what is behind it", async () => {
      const url = `${target.pageUrl}#invitation=wrong`;
      const page = await openPage(target, { url, prepare: denyStorage });
      await page.getByText("You are invited to watch a session").waitFor();
      await signInAsDemo(page);
      await page.getByRole("heading", { name: "This invitation does not work" }).waitFor();
      await page.close();
    });

    await step(
      "without room for the session of a user the page says so, and can be tried again",
      async () => {
        const url = `${target.pageUrl}#invitation=wrong`;
        const page = await openPage(target, { url, prepare: fillStorage });
        await page.getByText("You are invited to watch a session").waitFor();
        const button = page.getByRole("button", { name: "Continue with the demo account" });
        await button.click();
        await page.getByRole("alert").filter({ hasText: "The browser has no room" }).waitFor();
        assert(await button.isEnabled());
        await page.close();
      },
    );

    await step("a part that is gone after a deployment is told of, and there after a reload", async () => {
      const page = await openPage(target);
      await page.route(WORKSPACE, (route) => route.fulfill({ status: 404 }));
      await page.getByRole("button", { name: "Continue with the demo account" }).click();
      await page.getByRole("heading", { name: "A part of this page is missing" }).waitFor();
      await page.unroute(WORKSPACE);
      await page.getByRole("button", { name: "Reload the page" }).click();
      await page.getByLabel("Message").waitFor();
      await page.close();
    });

    await step("a page that fails says so", async () => {
      const prepare = (page: Page) =>
        page.addInitScript(() => Reflect.deleteProperty(globalThis, "matchMedia"));
      const page = await openPage(target, { prepare });
      await page.getByRole("button", { name: "Continue with the demo account" }).click();
      await page.getByRole("heading", { name: "This page has stopped" }).waitFor();
      await page.close();
    });

    const page = await openPage(target);
    const gate = await gateCommands(page);

    await step("an approval that was refused can be given again", async () => {
      await signInAsDemo(page);
      await say(page, "Cancel order ORD-1003");
      gate.hold("tool.approve");
      await page.getByRole("button", { name: "Deny" }).click();
      await page.getByRole("button", { name: "Denied" }).waitFor();
      await gate.refuse("internal");
      await page.getByRole("button", { name: "Deny", exact: true }).click();
      await answerFinished(page, 1);
      assertEquals(await page.locator("details.tool").last().locator(".tool-state").textContent(), "Denied");
    });

    await step("an answer is asked for again once, however often that is clicked", async () => {
      await page.getByRole("button", { name: "Regenerate" }).dblclick();
      await page.getByRole("button", { name: "Deny" }).click();
      await answerFinished(page, 1);
      assertEquals(gate.sent.filter(({ type }) => type === "message.regenerate").length, 1);
    });

    await step("a refused message comes back to the field, before what has been written since", async () => {
      gate.hold("message.create");
      await say(page, "First this");
      await page.getByLabel("Message").fill("and then that");
      await gate.refuse("message_too_long");
      await page.locator(".session-notice").waitFor();
      assertEquals(await page.getByLabel("Message").inputValue(), "First this\n\nand then that");
    });

    await step("it outlives a reload, and so does the reason", async () => {
      await page.waitForFunction(() =>
        Object.keys(sessionStorage).some((key) => key.includes("parley.refused"))
      );
      await page.reload();
      await page.locator(".session-notice").waitFor();
      assertEquals(await page.getByLabel("Message").inputValue(), "First this");
    });
  },
});
