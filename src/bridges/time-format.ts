import { DateTime } from "luxon";
import { LlmspellError } from "../errors.ts";

type Writer = (time: DateTime) => string | null;

const PRESETS: Record<string, Writer> = {
  iso: (time) => time.toISO(),
  date: (time) => time.toISODate(),
  time: (time) => time.toFormat("HH:mm:ss"),
  datetime: (time) => time.toFormat("yyyy-MM-dd HH:mm:ss"),
  http: (time) => time.toHTTP(),
  rfc2822: (time) => time.toRFC2822(),
  short: (time) => time.toLocaleString(DateTime.DATETIME_SHORT),
  medium: (time) => time.toLocaleString(DateTime.DATETIME_MED),
  long: (time) => time.toLocaleString(DateTime.DATETIME_FULL),
  full: (time) => time.toLocaleString(DateTime.DATETIME_HUGE),
};

/** A time by a preset's name or a pattern of Unicode TR 35 letters. Throws `input.invalid` for an unknown locale. */
export function formatTime(time: DateTime, pattern: string, locale: string | undefined): string {
  const localized = locale === undefined ? time : time.setLocale(checkLocale("time.format", locale));
  const preset = Object.hasOwn(PRESETS, pattern) ? PRESETS[pattern] : undefined;
  const text = preset ? preset(localized) : localized.toFormat(pattern);
  // Some locales' times hold a narrow no-break space, which changes with the version of the locale data.
  return (text ?? "").replaceAll("\u202f", " ");
}

/** Throws `input.invalid`. */
export function checkLocale(method: string, locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? "en-US";
  } catch {
    throw new LlmspellError("input.invalid", `${method}: "${locale}" is no locale`, {
      hint: 'Use a BCP 47 tag like "en" or "de-CH".',
    });
  }
}

const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ["year", 31_557_600_000],
  ["month", 2_629_800_000],
  ["week", 604_800_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

/** `3 hours ago`: the largest unit of which there is at least one, rounded towards zero. */
export function relativeText(time: number, base: number, locale = "en"): string {
  const distance = time - base;
  const [unit, size] = STEPS.find(([, ms]) => Math.abs(distance) >= ms) ?? (["second", 1000] as const);
  return new Intl.RelativeTimeFormat(checkLocale("time.relative", locale), { numeric: "always" }).format(
    Math.trunc(distance / size) || 0,
    unit,
  );
}
