import { type Alias, type Document, isAlias, isMap, isNode, isScalar, type Node, visit, type YAMLMap } from 'yaml';

/** What is wrong with a part of a document, at an offset into its file. */
export interface YamlProblem {
  readonly offset: number;
  readonly message: string;
  /** The document cannot be read on. */
  readonly isFatal: boolean;
}

const DEEPEST = 64;
const MOST_ALIASES = 100;

/**
 * What YAML allows and this format refuses: tags, keys that are no text, nesting without reason, aliases that lead nowhere
 * or into themselves. After these the document can be turned into plain data without surprises.
 */
export function yamlProblems(document: Document.Parsed): YamlProblem[] {
  const problems: YamlProblem[] = [];
  const version = document.directives?.yaml;
  if (version?.explicit === true && version.version !== '1.2') {
    problems.push({
      offset: document.range[0],
      message: `expected YAML 1.2, got a directive for ${version.version}`,
      isFatal: true,
    });
  }
  const report = (node: Node, message: string, isFatal = false): void => {
    problems.push({ offset: node.range?.[0] ?? document.range[0], message, isFatal });
  };
  let aliases = 0;
  visit(document, {
    Node: (_key, node, ancestors) => {
      if (!isAlias(node) && node.tag !== undefined) report(node, tagMessage(node.tag));
      if (isAlias(node)) aliases += 1;
      if (isAlias(node) && aliases <= MOST_ALIASES) checkAlias(document, node, ancestors, report);
      if (isMap(node)) checkKeys(node, report);
      if (ancestors.length <= DEEPEST) return undefined;
      report(node, `nested more than ${DEEPEST} levels deep`, true);
      return visit.SKIP;
    },
  });
  if (aliases > MOST_ALIASES) {
    problems.push({
      offset: document.range[0],
      message: `more than ${MOST_ALIASES} aliases in one document`,
      isFatal: true,
    });
  }
  return problems;
}

type Report = (node: Node, message: string, isFatal?: boolean) => void;

function checkKeys(map: YAMLMap, report: Report): void {
  const seen = new Set<string>();
  for (const { key } of map.items) {
    if (!isNode(key)) continue;
    if (!isScalar(key) || typeof key.value !== 'string') {
      report(key, 'expected a text as key; quote it if it is meant as one', !isScalar(key));
      continue;
    }
    if (key.value === '__proto__') report(key, 'unknown key');
    if (seen.has(key.value)) report(key, `the key ${key.value} stands here for the second time`);
    seen.add(key.value);
  }
}

function tagMessage(tag: string): string {
  const hint = tag.startsWith('!=') || tag === '!' ? '; quote a tolerance that begins with !' : '';
  return `tags are not allowed, got ${tag}${hint}`;
}

function checkAlias(document: Document.Parsed, alias: Alias, ancestors: readonly unknown[], report: Report): void {
  const anchored = alias.resolve(document);
  if (anchored === undefined) report(alias, `alias *${alias.source} has no anchor before it`, true);
  else if (ancestors.includes(anchored))
    report(alias, `alias *${alias.source} refers to a part that contains it`, true);
}
