/** Does not start. */

throw new Error("Broken as intended");
