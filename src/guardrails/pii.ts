import type { Rule } from "./finding.ts";

/** Lengths by country: the IBAN registry (SWIFT, release 99). */
const IBAN_LENGTHS: Readonly<Record<string, number>> = {
  AD: 24,
  AE: 23,
  AT: 20,
  BE: 16,
  BG: 22,
  BH: 22,
  BR: 29,
  CH: 21,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  EE: 20,
  ES: 24,
  FI: 18,
  FR: 27,
  GB: 22,
  GI: 23,
  GR: 27,
  HR: 21,
  HU: 28,
  IE: 22,
  IL: 23,
  IS: 26,
  IT: 27,
  KW: 30,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  MC: 27,
  MT: 31,
  NL: 18,
  NO: 15,
  PL: 28,
  PT: 25,
  QA: 29,
  RO: 24,
  RS: 22,
  SA: 24,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  TR: 26,
  UA: 29,
};

/** Personal data by its form; cards and IBANs by their check digits. */
export const PII_RULES = {
  email: {
    rule: "email",
    pattern: /[\w.%+-]{1,64}@[a-z\d](?:[a-z\d-]{0,62}[.]){1,5}[a-z]{2,24}/gi,
  },
  phone: {
    rule: "phone",
    pattern:
      /(?<![\w.+])(?:[+]\d{1,3}(?:[ .-]?[(]?\d{1,4}[)]?){2,5}|(?:[(]\d{3}[)] ?|\d{3}[-. ])\d{3}[-. ]\d{4})(?![\w-])/g,
    accepts: (match) => {
      const digits = match.replace(/\D/g, "").length;
      return digits >= 8 && digits <= 15;
    },
  },
  card: {
    rule: "card",
    pattern: /(?<![\d.-])\d(?:[ -]?\d){12,18}(?!\d)/g,
    accepts: (match) => isCard(match.replace(/\D/g, "")),
  },
  iban: { rule: "iban", pattern: /(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z\d]){11,30}/g, accepts: ibanLength },
  ssn: { rule: "ssn", pattern: /(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g },
  ip: { rule: "ip", pattern: /(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)[.]){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.])/g },
} as const satisfies Record<string, Rule>;

export type PiiKind = keyof typeof PII_RULES;
/** All but addresses of machines. */
export const DEFAULT_PII: readonly PiiKind[] = ["email", "phone", "card", "iban", "ssn"];

/** Luhn's check (ISO/IEC 7812-1), and not all the same digit. */
function isCard(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    sum += index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0 && !/^(\d)\1*$/.test(digits);
}

/** How much of a candidate is an IBAN (ISO 13616: remainder 1 by 97), false if none. */
function ibanLength(candidate: string): number | false {
  const length = IBAN_LENGTHS[candidate.slice(0, 2)];
  if (length === undefined) return false;
  let end = 0;
  for (let taken = 0; taken < length; end++) {
    if (end >= candidate.length) return false;
    if (candidate[end] !== " ") taken += 1;
  }
  const compact = candidate.slice(0, end).replaceAll(" ", "");
  let remainder = 0;
  for (const char of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1 ? end : false;
}
