import type { ParameterRule } from "./manifest.ts";

type Format = NonNullable<ParameterRule["format"]>;

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?$/;
const LABEL = /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i;

/** Whether a text has a well-known form. Every check is linear in the text's length. */
export function hasFormat(text: string, format: Format): boolean {
  switch (format) {
    case "email": {
      const at = text.lastIndexOf("@");
      return at > 0 && at <= 64 && !/[\s<>@]/.test(text.slice(0, at)) && isHostname(text.slice(at + 1));
    }
    case "uri":
      return /^[a-z][a-z\d+.-]*:/i.test(text) && !/\s/.test(text) && URL.canParse(text);
    case "date":
      return isDate(text);
    case "time":
      return TIME.test(text);
    case "date-time": {
      const [, date, time] = /^([^Tt ]+)[Tt ](.+)$/.exec(text.slice(0, 64)) ?? [];
      return date !== undefined && time !== undefined && text.length <= 64 && isDate(date) && TIME.test(time);
    }
    case "uuid":
      return UUID.test(text);
    case "hostname":
      return isHostname(text);
  }
}

/** A day that exists: 2026-02-30 does not. */
function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function isHostname(text: string): boolean {
  return text.length <= 253 && text.split(".").every((label) => LABEL.test(label));
}
