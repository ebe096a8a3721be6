const COUNT = new Intl.NumberFormat("en-US");

/** `1,234`. */
function formatCount(count: number): string {
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

/** `2026-11-21 14:05`, in the local time zone. */
export function formatDate(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
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
