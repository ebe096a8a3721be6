const caught = (fn) => { try { fn(); return undefined; } catch (error) { return error; } };
const moment = time.parse("2026-03-29T01:30:00+01:00");
const parts = time.parts(moment, { zone: "Europe/Berlin" });
const wrong = caught(() => time.parse("soon"));
const zone = caught(() => time.offset(0, "Mars/Base"));
const noDay = caught(() => time.from({ year: 2026, month: 2, day: 30 }));
return {
  parsed: moment,
  by_pattern: time.parse("29.03.2026 12:00", { pattern: "dd.MM.yyyy HH:mm", zone: "America/New_York" }),
  iso: time.iso(moment),
  zoned: time.iso(moment, { zone: "Europe/Berlin" }),
  formats: [time.format(moment), time.format(moment, "date"), time.format(moment, "http"), time.format(moment, "EEE d MMM yyyy, HH:mm", { zone: "Asia/Tokyo" })],
  german: time.format(moment, "EEEE d. MMMM", { locale: "de" }),
  relative: [time.relative(moment, moment + 3 * time.hour), time.relative(moment + 2 * time.day, moment)],
  month_end: time.iso(time.add("2026-01-31", { months: 1 })),
  across_change: time.iso(time.add("2026-03-28T12:00:00+01:00", { days: 1 }, { zone: "Europe/Berlin" })),
  exact: time.iso(time.add("2026-03-28T12:00:00+01:00", { hours: 24 }, { zone: "Europe/Berlin" })),
  diff: [time.diff("2026-01-02", "2026-01-01"), time.diff("2026-01-02T12:00:00Z", "2026-01-01", "days"), time.diff("2026-03-01", "2026-01-01", "month")],
  start: time.iso(time.startOf("2026-11-20T22:21:05Z", "week")),
  finish: time.iso(time.endOf("2026-02-10", "months")),
  parts: [parts.year, parts.month, parts.day, parts.hour, parts.weekday, parts.dayOfYear, parts.weekYear, parts.offset],
  from: time.iso(time.from({ year: 2026, month: 7, hour: 9 }, { zone: "Europe/Berlin" })),
  unix: time.unix("1970-01-01T00:00:01.500Z"),
  from_unix: time.fromUnix(1.5),
  valid: [time.isValid("2026-02-28"), time.isValid("2026-02-30"), time.isValid("1.2.2026", { pattern: "d.M.yyyy" })],
  offset: [time.offset("2026-07-01", "Europe/Berlin"), time.offset(0, "UTC-3:30")],
  duration: [time.duration(93784000), time.duration(250)],
  parsed_duration: [time.parseDuration("1h30m"), time.parseDuration("2 days"), time.parseDuration("PT5M")],
  date: time.date("2026-01-02T03:04:05Z"),
  of_date: time.iso(time.date(0)),
  constants: [time.second, time.week, time.zone],
  codes: [wrong.code, zone.code, noDay.code],
};
