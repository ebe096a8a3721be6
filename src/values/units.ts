const DURATIONS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const SIZES: Record<string, number> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** `90s`, `500ms`, `1.5m`, `2h`; a bare number is seconds. In milliseconds; undefined for anything else. */
export function readDuration(text: string): number | undefined {
  return readUnit(text, DURATIONS, "s");
}

/** `64MB`, `512kb`, `1GB` (powers of 1024); a bare number is bytes. In whole bytes; undefined for anything else. */
export function readSize(text: string): number | undefined {
  const bytes = readUnit(text, SIZES, "b");
  return bytes === undefined ? undefined : Math.floor(bytes);
}

function readUnit(text: string, units: Record<string, number>, bare: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const name = (unit || bare).toLowerCase();
  const value = Number(digits) * (Object.hasOwn(units, name) ? (units[name] as number) : Number.NaN);
  return value > 0 ? value : undefined;
}

/** Milliseconds in the largest unit that says them whole. */
export function showDuration(milliseconds: number): string {
  return showUnit(milliseconds, DURATIONS, "ms");
}

/** Bytes in the largest unit that says them whole. */
export function showSize(bytes: number): string {
  return showUnit(bytes, SIZES, "b").toUpperCase();
}

function showUnit(amount: number, units: Record<string, number>, least: string): string {
  const fitting = Object.entries(units).findLast(([, factor]) => amount >= factor && amount % factor === 0);
  return fitting ? `${amount / fitting[1]}${fitting[0]}` : `${amount}${least}`;
}
