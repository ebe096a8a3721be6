import type { GraphGroup, GraphNode, WorkflowGraph } from "./workflow-graph.ts";

/** A graph as a Mermaid flowchart. */
export function drawMermaid(graph: WorkflowGraph): string {
  const grouped = new Set(allGroups(graph.groups).flatMap(({ nodes }) => nodes));
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const lines = ["flowchart TD"];
  for (const node of graph.nodes) if (!grouped.has(node.id)) lines.push(`  ${draw(node)}`);
  const drawGroup = (group: GraphGroup, indent: string): void => {
    lines.push(`${indent}subgraph ${group.id}["${escape(group.label)}"]`);
    for (const id of group.nodes) lines.push(`${indent}  ${draw(byId.get(id) as GraphNode)}`);
    for (const inner of group.groups) drawGroup(inner, `${indent}  `);
    lines.push(`${indent}end`);
  };
  for (const group of graph.groups) drawGroup(group, "  ");
  for (const { from, to, label, dashed } of graph.edges) {
    const arrow = dashed ? "-.->" : "-->";
    lines.push(`  ${from} ${arrow}${label === undefined ? "" : `|"${escape(label)}"|`} ${to}`);
  }
  return `${lines.join("\n")}\n`;
}

function allGroups(groups: readonly GraphGroup[]): GraphGroup[] {
  return groups.flatMap((group) => [group, ...allGroups(group.groups)]);
}

function draw({ id, label, detail, shape }: GraphNode): string {
  const text = detail === "" ? escape(label) : `${escape(label)}<br/><small>${escape(detail)}</small>`;
  if (shape === "decision") return `${id}{"${text}"}`;
  return shape === "end" ? `${id}(["${text}"])` : `${id}["${text}"]`;
}

/** Mermaid reads entities as HTML does, and `#` as their beginning. */
function escape(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return shown.replace(/[\s\p{Cc}]+/gu, " ").replace(/[#&<>"`|{}[\]()\\]/g, (char) => `#${char.codePointAt(0)};`);
}
