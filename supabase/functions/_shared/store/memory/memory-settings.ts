/** The rows of `private.settings`, with the values the migration gives them. */

export interface MemorySettings {
  leaseMs: number;
  attachmentMs: number;
  graceMs: number;
  orphanMs: number;
  orphanWakes: number;
  wakeAfterMs: number;
  wakeBackoffMaxMs: number;
  wakeAttempts: number;
  bufferKeepMs: number;
  readMaxBytes: number;
  summaryAttempts: number;
  summaryBackoffMs: number;
  summaryBackoffMaxMs: number;
  summaryClaimMs: number;
  watchMs: number;
}

export const DEFAULT_SETTINGS: Readonly<MemorySettings> = {
  leaseMs: 10_000,
  attachmentMs: 15_000,
  graceMs: 30_000,
  orphanMs: 60_000,
  orphanWakes: 3,
  wakeAfterMs: 2_000,
  wakeBackoffMaxMs: 300_000,
  wakeAttempts: 10,
  bufferKeepMs: 60_000,
  readMaxBytes: 524_288,
  summaryAttempts: 8,
  summaryBackoffMs: 5_000,
  summaryBackoffMaxMs: 600_000,
  summaryClaimMs: 120_000,
  watchMs: 30_000,
};
