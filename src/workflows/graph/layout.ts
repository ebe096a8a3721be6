import { type Box, type Link, placeLayers } from "./layers.ts";
import type { GraphEdge, GraphGroup, GraphNode, WorkflowGraph } from "./workflow-graph.ts";

/** Sizes are pixels, positions those of the upper left corner. */
export interface PlacedBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PlacedEdge extends GraphEdge {
  /** Points between both ends, from the first on. */
  through: { x: number; y: number }[];
}

export interface Layout {
  width: number;
  height: number;
  nodes: (GraphNode & PlacedBox)[];
  groups: (PlacedBox & { label: string })[];
  edges: PlacedEdge[];
}

const CHAR = 7.4;
const SMALL_CHAR = 6.2;
const MARGIN = 24;
const GROUP = { side: 18, top: 34, bottom: 18 };
const MAX_LABEL = 40;

/** Places a graph from top to bottom. A group is laid out by itself and then placed as one box. */
export function layoutGraph(graph: WorkflowGraph): Layout {
  const parents = new Map<string, string>();
  const note = (group: GraphGroup): void => {
    for (const id of group.nodes) parents.set(id, group.id);
    for (const inner of group.groups) {
      parents.set(inner.id, group.id);
      note(inner);
    }
  };
  for (const group of graph.groups) note(group);
  const top: GraphGroup = {
    id: "",
    label: "",
    nodes: graph.nodes.filter(({ id }) => !parents.has(id)).map(({ id }) => id),
    groups: graph.groups,
  };
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const layout: Layout = {
    width: 0,
    height: 0,
    nodes: [],
    groups: [],
    edges: graph.edges.map((edge) => ({ ...edge, through: [] })),
  };
  const { width, height, place } = layoutGroup(top, { nodes, parents, layout });
  place(MARGIN, MARGIN);
  return { ...layout, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
}

interface Context {
  nodes: ReadonlyMap<string, GraphNode>;
  parents: ReadonlyMap<string, string>;
  layout: Layout;
}

/** A group's size, and what puts all of it where its upper left corner is. */
interface Laid {
  width: number;
  height: number;
  place(x: number, y: number): void;
}

function layoutGroup(group: GraphGroup, context: Context): Laid {
  const { nodes, parents, layout } = context;
  const inner = new Map(group.groups.map((each) => [each.id, framed(each, context)]));
  const boxes: Box[] = [
    ...group.nodes.map((id) => ({ id, ...sizeOf(nodes.get(id) as GraphNode) })),
    ...[...inner].map(([id, { width, height }]) => ({ id, width, height })),
  ];
  const order = [...nodes.keys()];
  const rank = (id: string) => order.indexOf(inner.has(id) ? firstNode(group.groups, id) : id);
  boxes.sort((a, b) => rank(a.id) - rank(b.id));
  const here = new Set(boxes.map(({ id }) => id));
  const lift = (id: string): string | undefined => {
    for (let at: string | undefined = id; at !== undefined; at = parents.get(at)) if (here.has(at)) return at;
    return undefined;
  };
  const links: (Link & { edge: PlacedEdge })[] = layout.edges.flatMap((edge) => {
    const [from, to] = [lift(edge.from), lift(edge.to)];
    const isBack = edge.dashed === true && rankOf(order, edge.from) >= rankOf(order, edge.to);
    return from === undefined || to === undefined || from === to || isBack ? [] : [{ from, to, edge }];
  });
  const placed = placeLayers(boxes, links);
  return {
    width: placed.width,
    height: placed.height,
    place(x, y) {
      for (const { id, width, height } of boxes) {
        const at = placed.positions.get(id) as { x: number; y: number };
        const box = inner.get(id);
        if (box) box.place(x + at.x, y + at.y);
        else layout.nodes.push({ ...(nodes.get(id) as GraphNode), x: x + at.x, y: y + at.y, width, height });
      }
      for (const [index, { edge }] of links.entries())
        edge.through = (placed.bends[index] ?? []).map((point) => ({ x: x + point.x, y: y + point.y }));
    },
  };
}

function rankOf(order: readonly string[], id: string): number {
  return order.indexOf(id);
}

function firstNode(groups: readonly GraphGroup[], id: string): string {
  const group = groups.find((each) => each.id === id);
  return group?.nodes[0] ?? (group?.groups[0] ? firstNode(group.groups, group.groups[0].id) : "");
}

function framed(group: GraphGroup, context: Context): Laid {
  const content = layoutGroup(group, context);
  const width = Math.max(content.width, group.label.length * SMALL_CHAR) + 2 * GROUP.side;
  const height = content.height + GROUP.top + GROUP.bottom;
  return {
    width,
    height,
    place(x, y) {
      context.layout.groups.push({ x, y, width, height, label: group.label });
      content.place(x + (width - content.width) / 2, y + GROUP.top);
    },
  };
}

function sizeOf({ label, detail, shape }: GraphNode): { width: number; height: number } {
  const chars = Math.max(shown(label).length * CHAR, shown(detail).length * SMALL_CHAR);
  if (shape === "end") return { width: Math.max(64, chars + 32), height: 32 };
  const width = Math.max(96, chars + (shape === "decision" ? 56 : 32));
  return { width, height: detail === "" ? 40 : 54 };
}

/** What fits into a node. */
export function shown(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > MAX_LABEL ? `${line.slice(0, MAX_LABEL - 3)}...` : line;
}
