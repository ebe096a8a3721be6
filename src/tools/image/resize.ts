import type { Pixels } from "./pixels.ts";

/** Weights of the source's pixels for each pixel of one axis: triangles as wide as what becomes one pixel. */
function contributions(from: number, to: number): { start: number; weights: number[] }[] {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, index) => {
    const center = (index + 0.5) * scale;
    const start = Math.max(0, Math.floor(center - reach));
    const stop = Math.min(from, Math.ceil(center + reach));
    const weights = Array.from({ length: stop - start }, (__, offset) =>
      Math.max(0, 1 - Math.abs(start + offset + 0.5 - center) / reach),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { start, weights: weights.map((weight) => weight / sum) };
  });
}

/** Resamples by a triangle filter, first the rows, then the columns; colours weigh by their alpha, so that edges keep theirs. */
function resize({ width, height, data }: Pixels, toWidth: number, toHeight: number): Pixels {
  const rows = new Float32Array(toWidth * height * 4);
  for (const [x, { start, weights }] of contributions(width, toWidth).entries()) {
    for (let y = 0; y < height; y++) {
      const to = (y * toWidth + x) * 4;
      for (const [offset, weight] of weights.entries()) {
        const from = (y * width + start + offset) * 4;
        const alpha = weight * (data[from + 3] as number);
        for (let channel = 0; channel < 3; channel++)
          rows[to + channel] = (rows[to + channel] as number) + alpha * (data[from + channel] as number);
        rows[to + 3] = (rows[to + 3] as number) + alpha;
      }
    }
  }
  const result = new Uint8Array(toWidth * toHeight * 4);
  for (const [y, { start, weights }] of contributions(height, toHeight).entries()) {
    for (let x = 0; x < toWidth; x++) {
      const sums = [0, 0, 0, 0] as [number, number, number, number];
      for (const [offset, weight] of weights.entries()) {
        const from = ((start + offset) * toWidth + x) * 4;
        for (let channel = 0; channel < 4; channel++) sums[channel as 0] += weight * (rows[from + channel] as number);
      }
      const to = (y * toWidth + x) * 4;
      const [red, green, blue, alpha] = sums;
      if (alpha === 0) continue;
      result[to] = Math.round(red / alpha);
      result[to + 1] = Math.round(green / alpha);
      result[to + 2] = Math.round(blue / alpha);
      result[to + 3] = Math.round(alpha);
    }
  }
  return { width: toWidth, height: toHeight, data: result };
}

export type Fit = "inside" | "cover" | "stretch";

/** The part of the source to take, and the size that it gets: `inside` keeps all of it, `cover` fills and cuts at the centre. */
export function fitted(pixels: Pixels, width: number | undefined, height: number | undefined, fit: Fit): Pixels {
  const w = width ?? Math.max(1, Math.round((pixels.width * (height as number)) / pixels.height));
  const h = height ?? Math.max(1, Math.round((pixels.height * w) / pixels.width));
  if (fit === "stretch") return resize(pixels, w, h);
  const [scaleX, scaleY] = [w / pixels.width, h / pixels.height];
  if (fit === "inside") {
    const scale = Math.min(scaleX, scaleY);
    const size = (length: number) => Math.max(1, Math.round(length * scale));
    return resize(pixels, size(pixels.width), size(pixels.height));
  }
  const scale = Math.max(scaleX, scaleY);
  const [cutWidth, cutHeight] = [
    Math.min(pixels.width, Math.round(w / scale)),
    Math.min(pixels.height, Math.round(h / scale)),
  ];
  return resize(cut(pixels, Math.max(1, cutWidth), Math.max(1, cutHeight)), w, h);
}

/** The centre of an image. */
function cut({ width, height, data }: Pixels, toWidth: number, toHeight: number): Pixels {
  const [left, top] = [Math.floor((width - toWidth) / 2), Math.floor((height - toHeight) / 2)];
  const result = new Uint8Array(toWidth * toHeight * 4);
  for (let y = 0; y < toHeight; y++) {
    const from = ((top + y) * width + left) * 4;
    result.set(data.subarray(from, from + toWidth * 4), y * toWidth * 4);
  }
  return { width: toWidth, height: toHeight, data: result };
}
