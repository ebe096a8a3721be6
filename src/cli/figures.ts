const COUNT = new Intl.NumberFormat("en-US");

/** `1,234`. */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** US dollars: `$1.25`, `$0.0042`, `$0.000015`: at least two digits that count. */
export function formatMoney(dollars: number): string {
  if (dollars === 0) return "$0";
  if (dollars >= 0.1) return `$${dollars.toFixed(2)}`;
  const digits = Math.min(9, 1 - Math.floor(Math.log10(dollars)));
  return `$${dollars.toFixed(digits)}`;
}

/** `240 ms`, `3.2 s`, `75 s`, `12 min 5 s`. */
export function formatElapsed(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** `2026-11-21 14:05:30`, in the local time zone. */
export function formatTime(milliseconds: number): string {
  const date = new Date(milliseconds - new Date(milliseconds).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 19).replace("T", " ");
}

const SIZES = ["bytes", "KB", "MB", "GB"];

/** `512 bytes`, `1.5 KB`, `64 MB`: rounded, in powers of 1024. */
export function formatSize(bytes: number): string {
  const power = Math.min(SIZES.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${SIZES[power]}`;
}

/** `1 run`, `2 runs`. */
export function formatNumberOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** What calls of models used. */
export interface Spent {
  inputTokens: number;
  outputTokens: number;
  cost: number;
  costKnown: boolean;
}

/** `1,234 tokens in, 56 out, $0.0042`: never a price that is not known. */
export function formatSpent({ inputTokens, outputTokens, cost, costKnown }: Spent): string {
  const price = costKnown ? formatMoney(cost) : cost > 0 ? `more than ${formatMoney(cost)}` : "price unknown";
  return `${formatCount(inputTokens)} tokens in, ${formatCount(outputTokens)} out, ${price}`;
}
