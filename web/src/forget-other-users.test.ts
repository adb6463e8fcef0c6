import { assertEquals } from "@std/assert";
import { forgetOtherUsers } from "./forget-other-users.ts";

const ADA = "5b0c2e0e-7a53-4f43-9f0a-3a5d3f0c7a11";
const BOB = "0e6a6f0c-6f3b-4f0e-9c68-0c86b8a1c9b7";

Deno.test("forgetOtherUsers() clears what others left, and leaves one's own and what is nobody's", () => {
  const kept = new Map(
    [`${ADA}:session`, `${ADA}:other`, `${BOB}:session`, "parley.invitation"].map((key) => [key, ""]),
  );
  const storage = {
    get length() {
      return kept.size;
    },
    key: (index: number) => [...kept.keys()][index] ?? null,
    removeItem: (key: string) => void kept.delete(key),
  };

  forgetOtherUsers(storage, BOB);

  assertEquals([...kept.keys()], [`${BOB}:session`, "parley.invitation"]);
});
