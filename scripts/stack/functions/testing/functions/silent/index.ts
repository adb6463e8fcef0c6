/** Starts, but serves nothing. */

export const nothing = true;
