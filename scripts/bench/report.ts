/** The figures as tables, for a terminal or for a README. */
import type { CallFigures } from "./measure-calls.ts";
import type { ChannelFigures } from "./measure-channels.ts";
import { toChannelTable } from "./to-channel-table.ts";
import type { IdleFigures } from "./measure-idle.ts";
import type { ResumeFigures } from "./measure-resume.ts";
import type { PathFigures, StreamFigures } from "./measure-streams.ts";
import { formatTable, type Table } from "./format-table.ts";

export interface BenchFigures {
  calls?: CallFigures;
  streams: StreamFigures[];
  resumes: ResumeFigures[];
  channels: ChannelFigures[];
  idle: IdleFigures[];
}

export function formatFigures(figures: BenchFigures, format: "text" | "markdown"): string {
  const tables = [
    toLatencyTable(figures.streams),
    toStorageTable(figures.streams),
    toResumeTable(figures.resumes),
    toChannelTable(figures.channels),
    toIdleTable(figures.idle),
    toCallTable(figures.calls),
  ];
  return tables.filter(({ rows }) => rows.length > 0).map((table) => formatTable(table, format)).join("\n\n");
}

function toLatencyTable(streams: StreamFigures[]): Table {
  const rows = streams.flatMap((plan) => {
    const name = (what: string) => `${plan.streams} ${plan.streams === 1 ? "stream" : "streams"}: ${what}`;
    return [
      toAddedRow(name("token, median"), plan, ({ latencyP50 }) => latencyP50),
      toAddedRow(name("token, p99"), plan, ({ latencyP99 }) => latencyP99),
      toAddedRow(name("first token, median"), plan, ({ firstToken }) => firstToken),
      toSpeedRow(name("tokens a CPU second"), plan),
    ];
  });
  return {
    columns: ["", "provider itself", "bare relay", "Parley", "Parley adds", "of the bare relay"],
    rows,
  };
}

function toAddedRow(name: string, plan: StreamFigures, figureOf: (path: PathFigures) => number): string[] {
  const [provider, bare, parley] = [plan.provider, plan.bare, plan.parley].map(figureOf) as [
    number,
    number,
    number,
  ];
  const ratio = toRatio(parley / bare);
  return [name, toMs(provider), toMs(bare), toMs(parley), toMs(parley - provider), ratio];
}

function toSpeedRow(name: string, { bare, parley }: StreamFigures): string[] {
  const [floor, ours] = [bare.tokensPerCpuSecond, parley.tokensPerCpuSecond];
  if (floor === null || ours === null) return [name, "", "unknown here", "unknown here", "", ""];
  return [name, "", toCount(floor), toCount(ours), "", toRatio(ours / floor)];
}

function toStorageTable(streams: StreamFigures[]): Table {
  const rows = streams.map(({ streams: count, storage }) => [
    String(count),
    toCount(storage.bareWalBytesPerToken),
    toCount(storage.walBytesPerToken),
    toRatio(storage.walBytesPerToken / storage.bareWalBytesPerToken),
    toCount(storage.rowsPerThousand),
    toCount(storage.callsPerThousand),
    toKilobytes(storage.growthPerThousand),
    toKilobytes(storage.growthAfterTrimmingPerThousand),
  ]);
  const columns = [
    "streams",
    "WAL a token, rows alone",
    "WAL a token, Parley",
    "ratio",
    "rows written / 1,000 tokens",
    "calls / 1,000",
    "tables grow / 1,000",
    "after trimming",
  ];
  return { columns, rows };
}

function toResumeTable(resumes: ResumeFigures[]): Table {
  const rows = resumes.map(({ chunks, frames, rawReadMs, emptyResumeMs, resumeMs }) => [
    toCount(chunks),
    String(frames),
    toMs(rawReadMs),
    toMs(emptyResumeMs),
    toMs(resumeMs),
    toRatio((resumeMs - emptyResumeMs) / rawReadMs),
  ]);
  const columns = [
    "chunks missed",
    "frames",
    "rows read raw",
    "nothing missed",
    "all missed",
    "difference of raw",
  ];
  return { columns, rows };
}

function toIdleTable(idle: IdleFigures[]): Table {
  const rows = idle.map(({ sessions, after, bareBytes, parleyBytes }) => {
    const name = after === 0
      ? `the first ${toCount(sessions)} sessions, memory each`
      : `${toCount(sessions)} more`;
    if (bareBytes === null || parleyBytes === null) return [name, "unknown here", "unknown here", ""];
    return [name, toKilobytes(bareBytes), toKilobytes(parleyBytes), toRatio(parleyBytes / bareBytes)];
  });
  return { columns: ["idle", "bare relay", "Parley", "ratio"], rows };
}

function toCallTable(calls: CallFigures | undefined): Table {
  const columns = ["one empty append", "over SQL", "over the Data API of the embedded stack"];
  return { columns, rows: calls ? [["median", toMs(calls.sqlMs), toMs(calls.dataApiMs)]] : [] };
}

function toMs(value: number): string {
  return `${value.toFixed(Math.abs(value) < 10 ? 1 : 0)} ms`;
}

function toRatio(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} x`;
}

function toCount(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function toKilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
}
