/** The kept cache, in the cache folder. */
export const CACHE_FILE = "cache.db";
