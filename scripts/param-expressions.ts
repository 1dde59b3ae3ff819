type Node = { [key: string]: unknown };

const EXPRESSION = { type: 'string', pattern: '\\$\\{\\{\\s*params\\.[A-Za-z_][A-Za-z0-9_-]*\\s*\\}\\}' };
const LEAF_KEYS = ['type', 'pattern', 'enum', 'const', 'minLength', 'maxLength', 'minimum', 'maximum'] as const;
/** Under these stand schemas by name, or lists of them. */
const CHILD_KEYS = ['properties', 'definitions', 'anyOf', 'allOf', 'items', 'additionalProperties'] as const;

/**
 * Parameters are put in before a scenario is checked, so an editor that sees the author's text must bear an expression
 * wherever spec wants a number, a duration or one of a list.
 */
export function allowExpressions(schema: object): object {
  const root = structuredClone(schema) as Node;
  const { properties, definitions } = root as { properties: Node; definitions?: Node };
  const spec = properties.spec as Node;
  for (const [key, value] of Object.entries(spec.properties as Node)) if (key !== 'params') visit(value);
  for (const value of Object.values(definitions ?? {})) visit(value);
  return root;
}

function visit(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) value.forEach(visit);
  else if (isNarrowLeaf(value as Node)) widen(value as Node);
  else for (const key of CHILD_KEYS) visitChildren(key, (value as Node)[key]);
}

function visitChildren(key: (typeof CHILD_KEYS)[number], child: unknown): void {
  if (key === 'properties' || key === 'definitions') Object.values(child ?? {}).forEach(visit);
  else visit(child);
}

/** Accepts texts or numbers, but not the text of an expression. */
function isNarrowLeaf({ type, pattern, enum: choices, const: only }: Node): boolean {
  if (choices !== undefined || only !== undefined) return true;
  return type === 'integer' || type === 'number' || type === 'boolean' || (type === 'string' && pattern !== undefined);
}

function widen(node: Node): void {
  const leaf: Node = {};
  for (const key of LEAF_KEYS) {
    if (node[key] === undefined) continue;
    leaf[key] = node[key];
    delete node[key];
  }
  node.anyOf = [leaf, EXPRESSION];
}
