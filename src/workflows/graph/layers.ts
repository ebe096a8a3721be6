export interface Box {
  id: string;
  width: number;
  height: number;
}

export interface Link {
  from: string;
  to: string;
}

export interface Placed {
  width: number;
  height: number;
  positions: ReadonlyMap<string, { x: number; y: number }>;
  /** Of each link the points where it passes layers on its way. */
  bends: { x: number; y: number }[][];
}

const GAP = { x: 36, y: 46 };
const BEND = 14;
const SWEEPS = 12;
/** In a graph with more of them, which nobody can follow by eye, links are straight. */
const MOST_BENDS = 5000;

interface Item extends Box {
  layer: number;
  x: number;
  above: Item[];
  below: Item[];
}

/**
 * Places boxes in layers from top to bottom, each below those that link to it: longest paths give the layers, medians the
 * order within (Sugiyama's method), and boxes move towards the middle of their neighbours. Links that close a circle are left out.
 */
export function placeLayers(boxes: readonly Box[], links: readonly Link[]): Placed {
  const items = new Map<string, Item>(boxes.map((box) => [box.id, { ...box, layer: 0, x: 0, above: [], below: [] }]));
  const forward = acyclic(boxes, links);
  assignLayers(items, forward);
  const drawn = new Set(forward);
  const passed = forward.reduce((sum, { from, to }) => sum + spanOf(items, from, to), 0);
  const bends = links.map((link) => (drawn.has(link) ? chain(items, link, passed <= MOST_BENDS) : []));
  const layers: Item[][] = [];
  for (const item of [...items.values(), ...bends.flat()]) (layers[item.layer] ??= []).push(item);
  orderLayers(layers);
  for (const layer of layers) pack(layer);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const downwards = sweep % 2 === 0;
    for (const layer of downwards ? layers : layers.toReversed())
      align(layer, (item) => (downwards ? item.above : item.below));
  }
  return measure(items, layers, bends);
}

/** Links without those that lead back to where a path came from. */
function acyclic(boxes: readonly Box[], links: readonly Link[]): Link[] {
  const from = new Map<string, Link[]>();
  for (const link of links) from.set(link.from, [...(from.get(link.from) ?? []), link]);
  const state = new Map<string, "open" | "done">();
  const kept = new Set<Link>();
  const visit = (id: string): void => {
    state.set(id, "open");
    for (const link of from.get(id) ?? []) {
      if (state.get(link.to) === "open") continue;
      kept.add(link);
      if (!state.has(link.to)) visit(link.to);
    }
    state.set(id, "done");
  };
  for (const { id } of boxes) if (!state.has(id)) visit(id);
  return links.filter((link) => kept.has(link));
}

function assignLayers(items: ReadonlyMap<string, Item>, links: readonly Link[]): void {
  const open = new Map([...items.keys()].map((id) => [id, 0]));
  for (const { to } of links) open.set(to, (open.get(to) ?? 0) + 1);
  const ready = [...open].filter(([, count]) => count === 0).map(([id]) => id);
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    for (const { to } of links.filter(({ from }) => from === id)) {
      const target = items.get(to) as Item;
      target.layer = Math.max(target.layer, (items.get(id) as Item).layer + 1);
      const left = (open.get(to) as number) - 1;
      open.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
}

function spanOf(items: ReadonlyMap<string, Item>, from: string, to: string): number {
  return (items.get(to) as Item).layer - (items.get(from) as Item).layer - 1;
}

/** A small item in each layer that a link passes; none where it is drawn straight. */
function chain(items: ReadonlyMap<string, Item>, { from, to }: Link, bent: boolean): Item[] {
  const [source, target] = [items.get(from) as Item, items.get(to) as Item];
  const passed: Item[] = [];
  let last = source;
  const end = bent ? target.layer : source.layer;
  for (let layer = source.layer + 1; layer < end; layer++) {
    const bend: Item = { id: "", width: BEND, height: 0, layer, x: 0, above: [last], below: [] };
    last.below.push(bend);
    passed.push(bend);
    last = bend;
  }
  last.below.push(target);
  target.above.push(last);
  return passed;
}

function orderLayers(layers: Item[][]): void {
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const downwards = sweep % 2 === 0;
    const places = new Map<Item, number>();
    for (const layer of layers) for (const [index, item] of layer.entries()) places.set(item, index);
    for (const layer of downwards ? layers.slice(1) : layers.slice(0, -1).toReversed()) {
      const wanted = new Map(
        layer.map((item, index) => {
          const near = (downwards ? item.above : item.below).map((each) => places.get(each) as number);
          return [item, near.length > 0 ? mean(near) : index];
        }),
      );
      layer.sort((a, b) => (wanted.get(a) as number) - (wanted.get(b) as number));
      for (const [index, item] of layer.entries()) places.set(item, index);
    }
  }
}

function pack(layer: readonly Item[]): void {
  let x = 0;
  for (const item of layer) {
    item.x = x;
    x += item.width + GAP.x;
  }
}

/** Moves items to the middle of their neighbours, as far as those beside them allow. */
function align(layer: readonly Item[], near: (item: Item) => readonly Item[]): void {
  const wanted = layer.map((item) => {
    const others = near(item);
    return others.length > 0 ? mean(others.map(({ x, width }) => x + width / 2)) - item.width / 2 : item.x;
  });
  // From the left each gets its place or one behind its neighbour; what that shifts too far is evened out by the mean with the same from the right.
  const left: number[] = [];
  let edge = Number.NEGATIVE_INFINITY;
  for (const [index, item] of layer.entries()) {
    left[index] = Math.max(wanted[index] as number, edge);
    edge = left[index] + item.width + GAP.x;
  }
  const right: number[] = [];
  edge = Number.POSITIVE_INFINITY;
  for (const [index, item] of [...layer.entries()].toReversed()) {
    right[index] = Math.min(wanted[index] as number, edge - item.width);
    edge = right[index] - GAP.x;
  }
  for (const [index, item] of layer.entries()) item.x = ((left[index] as number) + (right[index] as number)) / 2;
}

function measure(items: ReadonlyMap<string, Item>, layers: readonly Item[][], bends: readonly Item[][]): Placed {
  const heights = layers.map((layer) => layer.reduce((most, { height }) => Math.max(most, height), 0));
  const tops: number[] = [];
  let y = 0;
  for (const height of heights) {
    tops.push(y);
    y += height + GAP.y;
  }
  const all = layers.flat();
  const least = all.reduce((edge, { x }) => Math.min(edge, x), Infinity);
  const most = all.reduce((edge, { x, width }) => Math.max(edge, x + width), -Infinity);
  const middle = (item: Item) => (tops[item.layer] as number) + (heights[item.layer] as number) / 2;
  return {
    width: all.length === 0 ? 0 : most - least,
    height: Math.max(0, y - GAP.y),
    positions: new Map([...items].map(([id, item]) => [id, { x: item.x - least, y: middle(item) - item.height / 2 }])),
    bends: bends.map((passed) => passed.map((item) => ({ x: item.x - least + item.width / 2, y: middle(item) }))),
  };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}
