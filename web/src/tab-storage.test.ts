import { assertEquals } from "@std/assert";
import { forgetOtherUsers } from "./forget-other-users.ts";
import { tabStorage } from "./tab-storage.ts";
import { withSessionStorage } from "./testing/with-session-storage.ts";

const ADA = "00000000-0000-4000-8000-00000000000a";
const BOB = "00000000-0000-4000-8000-00000000000b";

function deny(): never {
  throw new DOMException("Access is denied for this document", "SecurityError");
}

Deno.test("tabStorage() lasts as long as the page where the browser denies the tab's own", () => {
  withSessionStorage(deny, () => {
    tabStorage().setItem(`${ADA}:text`, "Hi");
    assertEquals(tabStorage().getItem(`${ADA}:text`), "Hi");
    forgetOtherUsers(tabStorage(), BOB);
    assertEquals([tabStorage().length, tabStorage().getItem(`${ADA}:text`)], [0, null]);
  });
});

Deno.test("tabStorage() is the tab's own where there is one", () => {
  const own = { getItem: () => "kept" };
  withSessionStorage(() => own, () => assertEquals(tabStorage().getItem("any"), "kept"));
});
