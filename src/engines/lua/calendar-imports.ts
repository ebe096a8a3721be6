/** Word offsets in C's `struct tm`. */
const TM = { sec: 0, min: 1, hour: 2, mday: 3, mon: 4, year: 5, wday: 6, yday: 7, isdst: 8 } as const;

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** The instance's memory, as far as the calendar needs it. */
interface Memory {
  readonly i32: Int32Array;
  readonly u8: Uint8Array;
  /** The text at a C string's address. */
  cString(pointer: number): string;
}

/** The C library's calendar for `os.date` and `os.time`: UTC, English names. */
export function calendarImports(memory: Memory): Record<string, unknown> {
  const breakDown = (seconds: bigint, tm: number): void => writeTm(memory, tm, new Date(Number(seconds) * 1000));
  return {
    _gmtime_js: breakDown,
    _localtime_js: breakDown,
    _mktime_js: (tm: number): bigint => {
      const date = readTm(memory, tm);
      if (Number.isNaN(date.getTime())) return -1n;
      writeTm(memory, tm, date);
      return BigInt(Math.floor(date.getTime() / 1000));
    },
    _tzset_js: () => undefined,
    strftime: (target: number, max: number, format: number, tm: number): number => {
      const text = formatDate(memory.cString(format), readTm(memory, tm));
      const bytes = Buffer.from(text, "utf8");
      if (bytes.length + 1 > max) return 0;
      memory.u8.set(bytes, target);
      memory.u8[target + bytes.length] = 0;
      return bytes.length;
    },
  };
}

function readTm({ i32 }: Memory, tm: number): Date {
  const field = (word: number): number => i32[(tm >> 2) + word]!;
  const date = new Date(0);
  date.setUTCFullYear(field(TM.year) + 1900, field(TM.mon), field(TM.mday));
  date.setUTCHours(field(TM.hour), field(TM.min), field(TM.sec), 0);
  return date;
}

function writeTm({ i32 }: Memory, tm: number, date: Date): void {
  const set = (word: number, value: number): void => {
    i32[(tm >> 2) + word] = value;
  };
  set(TM.sec, date.getUTCSeconds());
  set(TM.min, date.getUTCMinutes());
  set(TM.hour, date.getUTCHours());
  set(TM.mday, date.getUTCDate());
  set(TM.mon, date.getUTCMonth());
  set(TM.year, date.getUTCFullYear() - 1900);
  set(TM.wday, date.getUTCDay());
  set(TM.yday, dayOfYear(date) - 1);
  set(TM.isdst, 0);
}

function dayOfYear(date: Date): number {
  const start = new Date(0);
  start.setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - start.getTime()) / 86_400_000) + 1;
}

/** `strftime` in the C locale (C11, 7.27.3.5), UTC. */
function formatDate(format: string, date: Date): string {
  return format.replace(/%[EO]?(.)/gs, (whole, letter: string) => conversion(letter, date) ?? whole);
}

function conversion(letter: string, date: Date): string | undefined {
  const two = (value: number): string => String(value).padStart(2, "0");
  const year = date.getUTCFullYear();
  const day = date.getUTCDay();
  const hour = date.getUTCHours();
  switch (letter) {
    case "a":
      return DAYS[day]!.slice(0, 3);
    case "A":
      return DAYS[day]!;
    case "b":
    case "h":
      return MONTHS[date.getUTCMonth()]!.slice(0, 3);
    case "B":
      return MONTHS[date.getUTCMonth()]!;
    case "c":
      return formatDate("%a %b %e %H:%M:%S %Y", date);
    case "C":
      return two(Math.floor(year / 100));
    case "d":
      return two(date.getUTCDate());
    case "D":
    case "x":
      return formatDate("%m/%d/%y", date);
    case "e":
      return String(date.getUTCDate()).padStart(2, " ");
    case "F":
      return formatDate("%Y-%m-%d", date);
    case "g":
      return two(isoWeek(date).year % 100);
    case "G":
      return String(isoWeek(date).year);
    case "H":
      return two(hour);
    case "I":
      return two(hour % 12 || 12);
    case "j":
      return String(dayOfYear(date)).padStart(3, "0");
    case "m":
      return two(date.getUTCMonth() + 1);
    case "M":
      return two(date.getUTCMinutes());
    case "n":
      return "\n";
    case "p":
      return hour < 12 ? "AM" : "PM";
    case "r":
      return formatDate("%I:%M:%S %p", date);
    case "R":
      return formatDate("%H:%M", date);
    case "S":
      return two(date.getUTCSeconds());
    case "t":
      return "\t";
    case "T":
    case "X":
      return formatDate("%H:%M:%S", date);
    case "u":
      return String(day || 7);
    case "U":
      return two(Math.floor((dayOfYear(date) + 6 - day) / 7));
    case "V":
      return two(isoWeek(date).week);
    case "w":
      return String(day);
    case "W":
      return two(Math.floor((dayOfYear(date) + 6 - ((day + 6) % 7)) / 7));
    case "y":
      return two(((year % 100) + 100) % 100);
    case "Y":
      return String(year);
    case "z":
      return "+0000";
    case "Z":
      return "UTC";
    case "%":
      return "%";
    default:
      return undefined;
  }
}

/** ISO 8601: a week belongs to the year of its Thursday. */
function isoWeek(date: Date): { year: number; week: number } {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * 86_400_000);
  return { year: thursday.getUTCFullYear(), week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1 };
}
