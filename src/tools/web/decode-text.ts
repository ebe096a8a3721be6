/** In which characters a text is written: by its byte order mark, its header, what it says itself, else UTF-8 or, where it is none, Windows-1252. */
export function decodeText(body: Uint8Array, contentType: string | null): string {
  const marked = byteOrderMark(body);
  const label = marked ?? usable(headerCharset(contentType)) ?? usable(declaredCharset(body));
  if (label !== undefined) return new TextDecoder(label).decode(body);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return new TextDecoder("windows-1252").decode(body);
  }
}

/** Whether bytes are text at all, as far as their beginning tells. */
export function looksLikeText(body: Uint8Array): boolean {
  if (byteOrderMark(body) !== undefined) return true;
  return !body.subarray(0, 1024).includes(0);
}

function byteOrderMark(body: Uint8Array): string | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return "utf-8";
  if (body[0] === 0xfe && body[1] === 0xff) return "utf-16be";
  if (body[0] === 0xff && body[1] === 0xfe) return "utf-16le";
  return undefined;
}

function headerCharset(contentType: string | null): string | undefined {
  return /charset\s*=\s*["']?([^"';\s]+)/i.exec(contentType ?? "")?.[1];
}

/** `<?xml encoding>`, `<meta charset>` and `<meta http-equiv>` within the first 1,024 bytes, where the standards look for it. */
function declaredCharset(body: Uint8Array): string | undefined {
  const start = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 1024)).toString("latin1");
  const found =
    /<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)/i.exec(start) ??
    /<meta[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]+)/i.exec(start);
  const label = found?.[1];
  // What could be read as ASCII so far is no UTF-16.
  return label !== undefined && /^utf-?16/i.test(label) ? "utf-8" : label;
}

function usable(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}
