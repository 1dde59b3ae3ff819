/** One step into an object: a key, a place in a list, or the item of a list whose field has this text. */
export type FieldStep =
  | { readonly key: string }
  | { readonly index: number }
  | { readonly where: string; readonly is: string };

const STEP = /^(?:\.?([A-Za-z_$][\w$-]*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\[([A-Za-z_]\w*)=([^\]"]+)\])/;

/** `status.conditions[type=Ready].status`, `metadata.labels["app.kubernetes.io/name"]`, `spec.ports[0].port`; null where it is none. */
export function parseFieldPath(text: string): FieldStep[] | null {
  const steps: FieldStep[] = [];
  let rest = text;
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (match === null || (steps.length === 0 && rest.startsWith('.'))) return null;
    steps.push(stepOf(match));
    rest = rest.slice(match[0].length);
    // Two keys are told apart by a dot alone.
    if (rest !== '' && !rest.startsWith('.') && !rest.startsWith('[')) return null;
    if (rest === '.') return null;
  }
  return steps.length === 0 ? null : steps;
}

function stepOf([, key, index, quoted, where, is]: RegExpExecArray): FieldStep {
  if (key !== undefined) return { key };
  if (index !== undefined) return { index: Number(index) };
  if (quoted !== undefined) return { key: quoted.replace(/\\(.)/g, '$1') };
  return { where: where ?? '', is: is ?? '' };
}

/** What stands there; undefined where there is nothing, or more than one item fits. */
export function fieldAt(object: unknown, steps: readonly FieldStep[]): unknown {
  return steps.reduce<unknown>(stepInto, object);
}

function stepInto(value: unknown, step: FieldStep): unknown {
  if ('index' in step) return Array.isArray(value) ? value[step.index] : undefined;
  if ('where' in step) {
    const items: unknown[] = Array.isArray(value) ? value : [];
    const fitting = items.filter((item) => String(own(item, step.where)) === step.is);
    return fitting.length === 1 ? fitting[0] : undefined;
  }
  return Array.isArray(value) ? undefined : own(value, step.key);
}

function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}
