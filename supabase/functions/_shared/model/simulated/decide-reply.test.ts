import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { assistant, called, callsOf, missing, reply, user } from "../testing/simulated-dialogue.ts";

const account = { user_id: "user-1", currency: "USD", balance: 1250.75 };

Deno.test("decideReply() explains the system in several paragraphs of Markdown", () => {
  const { text, calls } = reply([user("Hello, explain what this system does")]);

  assertEquals(calls, []);
  assert(text.split("\n\n").length >= 5);
  for (const word of ["Parley", "Supabase", "WebSocket", "Postgres", "simulated"]) {
    assertStringIncludes(text, word);
  }
});

const immediateCalls: [string, [string, Record<string, unknown>][]][] = [
  ["What is my account balance?", [["fetch_account_balance", {}]]],
  ["What is my balance? user_id=user-1", [["fetch_account_balance", { user_id: "user-1" }]]],
  ["what's the balance of user-2, please", [["fetch_account_balance", { user_id: "user-2" }]]],
  ["My user id is user-1. What is my balance?", [["fetch_account_balance", { user_id: "user-1" }]]],
  ["Check order status for order_id=ORD-1001", [["fetch_order_status", { order_id: "ORD-1001" }]]],
  ["Where is ord-1002?", [["fetch_order_status", { order_id: "ORD-1002" }]]],
  ["When will my order ORD-1001 arrive?", [["fetch_order_status", { order_id: "ORD-1001" }]]],
  ["Check my order status", [["fetch_order_status", {}]]],
  ["Check the orders ORD-1001 and ORD-1002", [
    ["fetch_order_status", { order_id: "ORD-1001" }],
    ["fetch_order_status", { order_id: "ORD-1002" }],
  ]],
  ["fetch internal user analytics", [["fetch_internal_data", { query: "user analytics" }]]],
  ["fetch internal data", [["fetch_internal_data", {}]]],
  ["cancel order ORD-1003", [["cancel_order", { order_id: "ORD-1003" }]]],
  ["Please cancel my order", [["cancel_order", {}]]],
  ["What is my balance? user_id=user-1 and check order status for order_id=ORD-1001", [
    ["fetch_account_balance", { user_id: "user-1" }],
    ["fetch_order_status", { order_id: "ORD-1001" }],
  ]],
  ["Check order status for ORD-1001 and cancel order ORD-1003", [
    ["fetch_order_status", { order_id: "ORD-1001" }],
    ["cancel_order", { order_id: "ORD-1003" }],
  ]],
];
for (const [text, expected] of immediateCalls) {
  Deno.test(`decideReply() calls for "${text}"`, () => {
    assertEquals(callsOf(reply([user(text)])), expected);
  });
}

Deno.test("decideReply() asks for the user id, takes it from the next message, and tells the balance", () => {
  const asked = [user("What is my account balance?"), ...missing("fetch_account_balance")];
  const question = reply(asked).text;
  const given = [...asked, assistant(question), user("My user_id is user-1")];
  const answered = [
    ...given,
    ...called("fetch_account_balance", { input: { user_id: "user-1" }, result: account }),
  ];

  assertMatch(question, /user_id.*user-1/);
  assertEquals(callsOf(reply(given)), [["fetch_account_balance", { user_id: "user-1" }]]);
  assertEquals(reply(answered).text, "The balance of account **user-1** is **$1,250.75 USD**.");
});

for (const answer of ["ORD-1001", "`ORD-1001`", "ord-1001.", "it is ORD-1001, I think"]) {
  Deno.test(`decideReply() understands the bare answer "${answer}"`, () => {
    const asked = [
      user("Check my order status"),
      ...missing("fetch_order_status"),
      assistant("Which order?"),
    ];

    assertEquals(callsOf(reply([...asked, user(answer)])), [["fetch_order_status", {
      order_id: "ORD-1001",
    }]]);
  });
}

Deno.test("decideReply() takes a bare answer also after a message in between, but not for a whole sentence", () => {
  const asked = [user("cancel my order"), ...missing("cancel_order"), assistant("Which order?")];
  const later = [...asked, user("one moment please"), assistant("Take your time.")];

  assertEquals(callsOf(reply([...later, user("ORD-1003")])), [["cancel_order", { order_id: "ORD-1003" }]]);
  assertEquals(callsOf(reply([...asked, user("I have forgotten it")])), []);
  assertStringIncludes(reply([...asked, user("never mind")]).text, "No problem");
});

Deno.test("decideReply() fills two open questions from one message", () => {
  const asked = [
    user("What is my balance and check my order status"),
    ...missing("fetch_account_balance"),
    ...missing("fetch_order_status"),
    assistant("Which?"),
  ];

  assertEquals(callsOf(reply([...asked, user("user-2 and ORD-1002")])), [
    ["fetch_account_balance", { user_id: "user-2" }],
    ["fetch_order_status", { order_id: "ORD-1002" }],
  ]);
});

Deno.test("decideReply() remembers the user id of an earlier turn, but asks for an order anew", () => {
  const earlier = [user("My user_id is user-1, order ORD-1001"), assistant("Noted.")];

  assertEquals(callsOf(reply([...earlier, user("What is my balance?")])), [
    ["fetch_account_balance", { user_id: "user-1" }],
  ]);
  assertEquals(callsOf(reply([...earlier, user("Check my order status")])), [["fetch_order_status", {}]]);
});

Deno.test("decideReply() tells the results of parallel calls together", () => {
  const order = { order_id: "ORD-1001", item: "Headphones", status: "SHIPPED", eta_days: 2 };
  const { text } = reply([
    user("both"),
    ...called("fetch_account_balance", { input: { user_id: "user-1" }, result: account }),
    ...called("fetch_order_status", { input: { order_id: "ORD-1001" }, result: order }),
  ]);

  assertStringIncludes(text, "$1,250.75");
  assertStringIncludes(text, "Order **ORD-1001** (Headphones) has the status **shipped**");
  assertStringIncludes(text, "**2 days**");
});

Deno.test("decideReply() weaves the numbers of the internal data into its answer", () => {
  const analytics = { sessions: 3, toolCalls: 7, lastSevenDays: [{ day: "2026-11-20", sessions: 2 }] };
  const { text } = reply([
    user("fetch internal user analytics"),
    ...called("fetch_internal_data", {
      input: { query: "user analytics" },
      result: { query: "user analytics", analytics },
    }),
  ]);

  assertStringIncludes(text, "**user analytics**");
  assertStringIncludes(text, "- Sessions: **3**");
  assertStringIncludes(text, "- Tool calls: **7**");
  assertStringIncludes(text, "- Last seven days: day 2026-11-20, sessions 2");
});

const outcomes: [string, unknown, RegExp][] = [
  [
    "done",
    { order_id: "ORD-1003", cancelled: true, status: "CANCELLED" },
    /Done.*ORD-1003.*has been cancelled/,
  ],
  [
    "refused",
    { order_id: "ORD-1003", cancelled: false, reason: "It has been shipped." },
    /not been cancelled\. It has been shipped/,
  ],
  ["denied", { error: "denied", message: "x" }, /did not approve.*ORD-1003/],
  ["unknown", { error: "outcome_unknown", message: "x" }, /do not know whether/],
  ["failed", { error: "tool_failed", message: "The tool failed." }, /That did not work\. The tool failed\./],
];
for (const [name, result, expected] of outcomes) {
  Deno.test(`decideReply() says so when a cancellation is ${name}`, () => {
    const call = called("cancel_order", { input: { order_id: "ORD-1003" }, result });

    assertMatch(reply([user("cancel order ORD-1003"), ...call]).text, expected);
  });
}

Deno.test("decideReply() repairs a call with broken arguments once", () => {
  const text = "What is my balance? user_id=user-1";
  const broken = called("fetch_account_balance", {
    input: `{"user_id":`,
    result: { error: "invalid_arguments", message: "Not JSON." },
  });
  const again = called("fetch_account_balance", { input: { user_id: "user-1" }, result: account });

  assertEquals(callsOf(reply([user(text), ...broken])), [["fetch_account_balance", { user_id: "user-1" }]]);
  assertEquals(
    reply([user(text), ...broken, ...again]).text,
    "The balance of account **user-1** is **$1,250.75 USD**.",
  );
  assertEquals(reply([user(text), ...broken, ...broken]).calls, []);
});

Deno.test("decideReply() calls no tool that it is not offered", () => {
  assertEquals(reply([user("What is my balance? user_id=user-1")], null).calls, []);
});

Deno.test("decideReply() remembers names and questions of earlier turns", () => {
  const earlier = [
    user("my name is Ada"),
    assistant("Nice to meet you."),
    user("count to 3"),
    assistant("1 2 3"),
  ];

  assertStringIncludes(reply([user("my name is Ada")]).text, "**Ada**");
  assertEquals(reply([...earlier, user("What is my name?")]).text, "Your name is **Ada**.");
  assertStringIncludes(reply([...earlier, user("What did I ask first?")]).text, "“my name is Ada”");
  assertStringIncludes(reply([...earlier, user("What did I just say?")]).text, "“count to 3”");
  assertStringIncludes(reply([user("What is my name?")]).text, "not told me your name");
});

Deno.test("decideReply() speaks as long as it is asked to", () => {
  assertEquals(reply([user("count to 5")]).text, "1 2 3 4 5");
  assertEquals(reply([user("Please write 300 words about anything")]).text.split(" ").length, 300);
});

Deno.test("decideReply() says honestly that it is simulated when it knows no answer", () => {
  const { text } = reply([user("Why is the sky blue?")]);

  assertStringIncludes(text, "simulated");
  assertStringIncludes(text, "“Why is the sky blue?”");
});

Deno.test("decideReply() goes on from the beginning of its own answer", () => {
  const whole = reply([user("count to 20")]).text;

  assertEquals(reply([user("count to 20"), assistant("1 2 3")]).text, whole.slice("1 2 3".length));
});
