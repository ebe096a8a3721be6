import type { ToolHost } from "../tool-host.ts";

export const PROVIDERS = ["brave", "tavily", "serper", "searxng", "duckduckgo"] as const;
export type ProviderName = (typeof PROVIDERS)[number];

export const TIME_RANGES = ["day", "week", "month", "year"] as const;
export const SAFE_SEARCH = ["off", "moderate", "strict"] as const;

/** A search as every provider gets it. */
export interface SearchQuery {
  query: string;
  count: number;
  safe: (typeof SAFE_SEARCH)[number];
  time?: (typeof TIME_RANGES)[number] | undefined;
  /** ISO 639-1, e.g. `de`. */
  language?: string | undefined;
  /** ISO 3166-1, e.g. `DE`. */
  country?: string | undefined;
}

export interface SearchResult {
  title: string;
  url: string;
  snippet: string;
  /** As the provider says it: ISO 8601 where it can be understood. */
  published?: string;
}

export interface ProviderRequest {
  url: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** One search service: how it is asked and what it answers. */
export interface SearchProvider {
  name: ProviderName;
  title: string;
  /** The variable that holds its key; absent where it needs none. */
  key?: string;
  /** The variable that holds another address of it. */
  address: string;
  /** Absent where there is no public one. */
  url?: string;
  request(query: SearchQuery, url: string, key: string): ProviderRequest;
  /** Throws `parse.invalid` for an answer of another form. */
  results(body: string, url: string): SearchResult[] | Promise<SearchResult[]>;
  /** Why a status that is no success came, where this is known. */
  refusal?(status: number): string | undefined;
}

/** Where a provider is, or undefined where it is not configured. */
export function addressOf(provider: SearchProvider, host: ToolHost): { url: string; key: string } | undefined {
  const url = host.env(provider.address) ?? provider.url;
  const key = provider.key === undefined ? "" : host.env(provider.key);
  return url === undefined || url === "" || key === undefined || (provider.key !== undefined && key === "")
    ? undefined
    : { url, key };
}
