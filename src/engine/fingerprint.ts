/**
 * 64 bits that name a binary or a text, so that what was made from another one is noticed. Not cryptographic: nothing
 * is trusted because of it. Two multiplicative hashes over UTF-16 units or bytes, after cyrb53.
 */
export function fingerprint(...parts: readonly (string | Uint8Array)[]): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (const part of parts) {
    for (let index = 0; index < part.length; index++) {
      const unit = typeof part === "string" ? part.charCodeAt(index) : (part[index] as number);
      high = Math.imul(high ^ unit, 2654435761);
      low = Math.imul(low ^ unit, 1597334677);
    }
    high = Math.imul(high ^ part.length, 2246822507);
    low = Math.imul(low ^ part.length, 3266489909);
  }
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}
