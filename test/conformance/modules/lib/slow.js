await async.sleep(5);
export const n = cache.get("slow", 0) + 1;
cache.set("slow", n);
