import { parseError } from "./pure-method.ts";

const SIZES: Record<string, number> = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
const NAMES: Record<string, string> = {
  week: "w",
  weeks: "w",
  day: "d",
  days: "d",
  hour: "h",
  hours: "h",
  hr: "h",
  hrs: "h",
  minute: "m",
  minutes: "m",
  min: "m",
  mins: "m",
  second: "s",
  seconds: "s",
  sec: "s",
  secs: "s",
  millisecond: "ms",
  milliseconds: "ms",
};

/** `1d 2h 3m 4s`; below a second `250ms`; seconds under a minute with up to three decimals. */
export function durationText(ms: number): string {
  if (!Number.isFinite(ms)) return String(ms);
  if (ms < 0) return `-${durationText(-ms)}`;
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(3))}s`;
  let seconds = Math.round(ms / 1000);
  const parts: string[] = [];
  for (const [name, size] of [
    ["d", 86_400],
    ["h", 3600],
    ["m", 60],
    ["s", 1],
  ] as const) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) parts.push(`${count}${name}`);
  }
  return parts.join(" ");
}

/** Milliseconds of `1h30m`, `2 days`, `1.5s`, `PT1H5M` or a bare number of milliseconds. Throws `parse.invalid`. */
export function parseDuration(text: string): number {
  const plain = text.trim().toLowerCase();
  const negative = plain.startsWith("-");
  const bare = negative ? plain.slice(1).trim() : plain;
  const ms = /^\d+(?:\.\d+)?$/.test(bare)
    ? Number(bare)
    : bare.startsWith("p")
      ? isoDuration(bare)
      : namedDuration(bare);
  if (ms === undefined) throw parseError("time.parseDuration", `"${text.slice(0, 60)}" is no duration`);
  return negative ? -ms : ms;
}

function isoDuration(text: string): number | undefined {
  const match = /^p(?:(\d+)w)?(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?)?$/.exec(text);
  if (!match || text === "p" || text.endsWith("t")) return undefined;
  return ["w", "d", "h", "m", "s"].reduce(
    (sum, name, index) => sum + Number(match[index + 1] ?? 0) * (SIZES[name] as number),
    0,
  );
}

function namedDuration(text: string): number | undefined {
  const part = /(\d+(?:\.\d+)?)\s*([a-z]+)[\s,]*/y;
  let sum = 0;
  let at = 0;
  while (at < text.length) {
    part.lastIndex = at;
    const [all, count, name = ""] = part.exec(text) ?? [];
    const short = Object.hasOwn(NAMES, name) ? (NAMES[name] as string) : name;
    const size = Object.hasOwn(SIZES, short) ? SIZES[short] : undefined;
    if (all === undefined || size === undefined) return undefined;
    sum += Number(count) * size;
    at += all.length;
  }
  return text === "" ? undefined : sum;
}
