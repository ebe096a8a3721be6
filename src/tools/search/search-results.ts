import { LlmspellError } from "../../errors.ts";
import { pageText } from "../web/page-text.ts";
import { parseHtml } from "../web/parse-html.ts";
import type { SearchResult } from "./search-provider.ts";

/** An answer that should be JSON. Throws `parse.invalid`. */
export function jsonAnswer(body: string, url: string): Record<string, unknown> {
  try {
    const value = JSON.parse(body) as unknown;
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below, as for a value of another kind.
  }
  throw new LlmspellError("parse.invalid", `${new URL(url).host} answered with something that is no search result`, {
    details: { body: body.slice(0, 200) },
  });
}

/** A list at a path of the answer; empty where there is none. */
export function listAt(answer: Record<string, unknown>, ...path: string[]): Record<string, unknown>[] {
  let at: unknown = answer;
  for (const name of path)
    at = typeof at === "object" && at !== null ? (at as Record<string, unknown>)[name] : undefined;
  return Array.isArray(at)
    ? at.filter((each): each is Record<string, unknown> => typeof each === "object" && each !== null)
    : [];
}

/** A result in the common form; undefined for one without an address of the web. Marked words become text. */
export async function toResult(
  title: unknown,
  url: unknown,
  snippet: unknown,
  published?: unknown,
): Promise<SearchResult | undefined> {
  if (typeof url !== "string" || !URL.canParse(url) || !/^https?:/i.test(url)) return undefined;
  const date = typeof published === "string" && published.trim() !== "" ? isoDate(published.trim()) : undefined;
  return {
    title: await plain(title),
    url,
    snippet: await plain(snippet),
    ...(date === undefined ? {} : { published: date }),
  };
}

/** Dates without a year or relative ones ("3 days ago") stay as they are. */
function isoDate(text: string): string {
  const ms = /\d{4}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? text : new Date(ms).toISOString();
}

async function plain(value: unknown): Promise<string> {
  if (typeof value !== "string") return "";
  return /[<&]/.test(value) ? pageText(await parseHtml(value)).replaceAll("\n", " ") : value.trim();
}
