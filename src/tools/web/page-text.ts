import type { ChildNode, ParentNode } from "domhandler";

const BLOCKS = new Set(
  "address article aside blockquote br dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section summary table tbody tfoot thead tr ul".split(
    " ",
  ),
);
/** Elements whose content no reader sees. */
const HIDDEN = new Set(["script", "style", "noscript", "template", "svg", "iframe", "object", "head", "title"]);

/** The text of a page or a part of it as a reader sees it: one line for each block, no empty ones. */
export function pageText(root: ParentNode): string {
  const parts: string[] = [];
  const stack: (ChildNode | "\n")[] = [...root.children].toReversed();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node === "\n") parts.push("\n");
    else if (node.type === "text") parts.push(node.data.replaceAll(/\s+/g, " "));
    else if ("children" in node) {
      const name = "name" in node ? node.name : "";
      if (HIDDEN.has(name)) continue;
      const block = BLOCKS.has(name);
      if (block) parts.push("\n");
      if (name === "td" || name === "th") parts.push(" ");
      if (block) stack.push("\n");
      for (let index = node.children.length - 1; index >= 0; index--) stack.push(node.children[index] as ChildNode);
    }
  }
  return parts
    .join("")
    .split("\n")
    .map((line) => line.replaceAll(/[ \u00a0]+/g, " ").trim())
    .filter((line) => line !== "")
    .join("\n");
}
