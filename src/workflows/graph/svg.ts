import { type Layout, layoutGraph, type PlacedBox, type PlacedEdge, shown } from "./layout.ts";
import type { GraphNode, WorkflowGraph } from "./workflow-graph.ts";

/** Colours of both appearances, in the drawing itself. */
const STYLE = `
svg{font-family:system-ui,-apple-system,"Segoe UI",sans-serif;font-size:13px;background:#fff}
.node{fill:#f4f7fb;stroke:#5b7ba8}.end{fill:#e8ecf1;stroke:#8593a5}.decision{fill:#fdf6e3;stroke:#b08a2e}
.group{fill:#8593a510;stroke:#8593a5;stroke-dasharray:3 3}.edge{fill:none;stroke:#6b7785;stroke-width:1.3}
.dashed{stroke-dasharray:5 4}.tip{fill:#6b7785}text{fill:#1c2733}.small{font-size:11px;fill:#566270}.mark{fill:#fff}
@media(prefers-color-scheme:dark){svg{background:#14181d}.node{fill:#1d2733}.end{fill:#262d35}.decision{fill:#2e2815}
text{fill:#e6ebf0}.small{fill:#a4afbb}.mark{fill:#14181d}}`;

/** A graph as an SVG drawing that needs nothing besides: no script, no font, no address. */
export function drawSvg(graph: WorkflowGraph): string {
  const layout = layoutGraph(graph);
  const [width, height] = [Math.ceil(layout.width), Math.ceil(layout.height)];
  const parts = [
    ...layout.groups.map(drawGroup),
    ...layout.edges.map((edge) => drawEdge(edge, layout)),
    ...layout.nodes.map(drawNode),
    ...layout.edges.map((edge) => drawLabel(edge, layout)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escape(graph.name)}</title>
<style>${STYLE}</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>
${parts.filter((part) => part !== "").join("\n")}
</svg>
`;
}

function drawGroup({ x, y, width, height, label }: PlacedBox & { label: string }): string {
  return `<rect class="group" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="8"/><text class="small" x="${n(x + 12)}" y="${n(y + 19)}">${escape(shown(label))}</text>`;
}

function drawNode({ x, y, width, height, label, detail, shape }: GraphNode & PlacedBox): string {
  const middle = n(x + width / 2);
  const text =
    detail === ""
      ? `<text x="${middle}" y="${n(y + height / 2 + 4.5)}" text-anchor="middle">${escape(shown(label))}</text>`
      : `<text x="${middle}" y="${n(y + height / 2 - 4)}" text-anchor="middle">${escape(shown(label))}</text><text class="small" x="${middle}" y="${n(y + height / 2 + 14)}" text-anchor="middle">${escape(shown(detail))}</text>`;
  const title = `<title>${escape(detail === "" ? label : `${label}\n${detail}`)}</title>`;
  return `<g>${title}${outline(shape, { x, y, width, height })}${text}</g>`;
}

function outline(shape: GraphNode["shape"], { x, y, width, height }: PlacedBox): string {
  if (shape !== "decision") {
    const radius = shape === "end" ? height / 2 : 6;
    return `<rect class="${shape === "end" ? "end" : "node"}" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="${n(radius)}"/>`;
  }
  const [left, right, top, bottom] = [x, x + width, y, y + height];
  const tip = 18;
  const points = [
    [left, y + height / 2],
    [left + tip, top],
    [right - tip, top],
    [right, y + height / 2],
    [right - tip, bottom],
    [left + tip, bottom],
  ];
  return `<polygon class="decision" points="${points.map(([px, py]) => `${n(px as number)},${n(py as number)}`).join(" ")}"/>`;
}

/** Distance in pixels beyond which there is something between a loop's head and what follows it. */
const FAR = 90;

interface Ends {
  from: PlacedBox;
  to: PlacedBox;
  isBack: boolean;
}

function endsOf(edge: PlacedEdge, layout: Layout): Ends | undefined {
  const from = layout.nodes.find(({ id }) => id === edge.from);
  const to = layout.nodes.find(({ id }) => id === edge.to);
  return from && to && { from, to, isBack: to.y + to.height / 2 <= from.y + from.height / 2 };
}

function drawEdge(edge: PlacedEdge, layout: Layout): string {
  const ends = endsOf(edge, layout);
  if (!ends) return "";
  return `<path class="edge${edge.dashed ? " dashed" : ""}" d="${pathOf(edge, ends)}" marker-end="url(#tip)"/>`;
}

function pathOf(edge: PlacedEdge, { from, to, isBack }: Ends): string {
  if (isBack) return backPath(from, to);
  if (edge.label === "done" && to.y - from.y - from.height > FAR) return exitPath(from, to);
  const points = [
    { x: from.x + from.width / 2, y: from.y + from.height },
    ...edge.through,
    { x: to.x + to.width / 2, y: to.y - 2 },
  ];
  const [first, ...rest] = points as [{ x: number; y: number }, ...{ x: number; y: number }[]];
  let path = `M${n(first.x)} ${n(first.y)}`;
  let last = first;
  for (const point of rest) {
    const bow = (point.y - last.y) / 2;
    path += `C${n(last.x)} ${n(last.y + bow)} ${n(point.x)} ${n(point.y - bow)} ${n(point.x)} ${n(point.y)}`;
    last = point;
  }
  return path;
}

/** Out of a loop at the left, past what is below. */
function exitPath(from: PlacedBox, to: PlacedBox): string {
  const [x, y] = [from.x, from.y + from.height / 2];
  const out = Math.min(x, to.x) - 8;
  const [endX, endY] = [to.x + to.width / 2, to.y - 2];
  return `M${n(x)} ${n(y)}C${n(out)} ${n(y)} ${n(out)} ${n(y + 40)} ${n(out)} ${n((y + endY) / 2)}S${n(endX)} ${n(endY - 40)} ${n(endX)} ${n(endY)}`;
}

/** Out at the right of a box that stands lower, and in at the right of the other. */
function backPath(from: PlacedBox, to: PlacedBox): string {
  const [x1, y1] = [from.x + from.width, from.y + from.height / 2];
  const [x2, y2] = [to.x + to.width, to.y + to.height / 2];
  const out = Math.max(x1, x2) + 28;
  return `M${n(x1)} ${n(y1)}C${n(out)} ${n(y1)} ${n(out)} ${n(y2)} ${n(x2 + 2)} ${n(y2)}`;
}

function drawLabel(edge: PlacedEdge, layout: Layout): string {
  const ends = edge.label === undefined ? undefined : endsOf(edge, layout);
  if (!ends || edge.label === undefined) return "";
  const { from, to, isBack } = ends;
  const next = edge.through[0] ?? { x: to.x + to.width / 2, y: to.y };
  const start = { x: from.x + from.width / 2, y: from.y + from.height };
  const leaves = edge.label === "done" && to.y - start.y > FAR;
  const x = leaves
    ? from.x - 12
    : isBack
      ? Math.max(from.x + from.width, to.x + to.width) + 22
      : start.x + (next.x - start.x) * 0.4;
  const y = leaves
    ? from.y + from.height / 2 + 26
    : isBack
      ? (from.y + to.y) / 2 + 20
      : start.y + Math.min(20, (next.y - start.y) * 0.45) + 3;
  const text = shown(edge.label);
  const width = text.length * 6.2 + 6;
  return `<rect class="mark" x="${n(x - width / 2)}" y="${n(y - 11)}" width="${n(width)}" height="14" opacity="0.85"/><text class="small" x="${n(x)}" y="${n(y)}" text-anchor="middle">${escape(text)}</text>`;
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** For text and attributes. Characters that XML does not know are left out. */
function escape(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "")
    .replace(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`);
}
