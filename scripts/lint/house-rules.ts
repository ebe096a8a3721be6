/** Lint rules of this project that oxlint does not have. Loaded by `.oxlintrc.json`. */

interface Node {
  type: string;
  parent?: Node | null;
  [field: string]: unknown;
}
interface Variable {
  references: { identifier: Node; isWrite(): boolean; init?: boolean }[];
}
interface Context {
  sourceCode: { getDeclaredVariables(node: Node): Variable[] };
  report(problem: { node: Node; message: string }): void;
}

const COLLECTIONS = new Set(["Map", "Set", "WeakMap", "WeakSet", "Array"]);
const MUTATORS = new Set("set add delete clear push pop shift unshift splice sort reverse fill copyWithin".split(" "));
const OBJECT_MUTATORS = new Set(["assign", "defineProperty", "defineProperties", "setPrototypeOf"]);
const TYPE_WRAPPERS = new Set(["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression"]);

/** Top-level `let` and `var`, and top-level collections that the file changes: state that every caller shares. */
const noModuleState = {
  create(context: Context) {
    return {
      VariableDeclaration(node: Node) {
        const parent = node.parent as Node;
        const topLevel =
          parent.type === "Program" || (parent.type === "ExportNamedDeclaration" && parent.parent?.type === "Program");
        if (!topLevel || node.declare === true) return;
        if (node.kind === "let" || node.kind === "var") {
          context.report({
            node,
            message: `No mutable module state: a top-level "${node.kind}" is shared by every caller. Pass it instead.`,
          });
          return;
        }
        for (const declarator of node.declarations as Node[]) {
          if (!isCollection(unwrap(declarator.init as Node | null))) continue;
          const [variable] = context.sourceCode.getDeclaredVariables(declarator);
          const mutation = variable?.references.find(({ identifier }) => mutates(identifier));
          if (!mutation) continue;
          const name = (declarator.id as Node).name as string;
          context.report({
            node: mutation.identifier,
            message: `No mutable module state: "${name}" is shared by every caller. Pass it instead.`,
          });
        }
      },
    };
  },
};

function unwrap(node: Node | null | undefined): Node | null | undefined {
  return node && TYPE_WRAPPERS.has(node.type) ? unwrap(node.expression as Node) : node;
}

function isCollection(node: Node | null | undefined): boolean {
  if (!node) return false;
  if (node.type === "ArrayExpression" || node.type === "ObjectExpression") return true;
  return node.type === "NewExpression" && COLLECTIONS.has((node.callee as Node).name as string);
}

/** Whether what is done with this mention of a variable changes the object it holds. */
function mutates(identifier: Node): boolean {
  let node = identifier;
  while (node.parent && TYPE_WRAPPERS.has(node.parent.type)) node = node.parent;
  const { parent } = node;
  if (!parent) return false;
  if (parent.type === "CallExpression" && (parent.arguments as Node[])[0] === node) {
    const callee = parent.callee as Node;
    return (
      (callee.object as Node | undefined)?.name === "Object" &&
      OBJECT_MUTATORS.has((callee.property as Node).name as string)
    );
  }
  if (parent.type !== "MemberExpression" || parent.object !== node) return false;
  const use = parent.parent as Node;
  if (use.type === "CallExpression" && use.callee === parent)
    return MUTATORS.has((parent.property as Node).name as string);
  if (use.type === "AssignmentExpression") return use.left === parent;
  if (use.type === "UpdateExpression") return true;
  return use.type === "UnaryExpression" && use.operator === "delete";
}

/** `export ... from`: only the public entries may pass on what others define. */
const noReexport = {
  create(context: Context) {
    const report = (node: Node) => {
      if (node.source) context.report({ node, message: "No barrels: import from the file that defines it." });
    };
    return { ExportAllDeclaration: report, ExportNamedDeclaration: report };
  },
};

// A plugin's default export is what oxlint loads.
export default {
  meta: { name: "house" },
  rules: { "no-module-state": noModuleState, "no-reexport": noReexport },
};
