import { quote } from '../fields/schema-fields.ts';
import {
  asType,
  fromText,
  misfit,
  PARAM_TYPES,
  type ParamType,
  type ParamValue,
  type ParamValues,
} from '../model/param-values.ts';
import { didYouMean } from '../yaml/nearest.ts';
import { formatPath, type Path, valueAt } from '../yaml/source.ts';

/** Values from the command line, as texts, by name. */
export type GivenParams = ReadonlyMap<string, string>;

export const PARAM_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/;

export interface ParamProblem {
  readonly path: Path;
  readonly message: string;
  readonly atKey?: boolean;
}

/** A document with its parameters put in. */
export interface Bound {
  readonly data: unknown;
  /** What each parameter stood for. */
  readonly values: ParamValues;
  readonly problems: readonly ParamProblem[];
  /** Formatted paths of values whose parameter has no value: what stands there now says nothing. */
  readonly unresolved: ReadonlySet<string>;
  /** By formatted path: where a character of the finished text stands in the author's text. */
  readonly shifts: ReadonlyMap<string, (index: number) => number>;
}

const DECLARATIONS: Path = ['spec', 'params'];
const OPENING = '${{';
const EXPRESSION = /\$\{\{\s*params\.([A-Za-z_][A-Za-z0-9_-]*)\s*\}\}/g;
const NOTHING_GIVEN: GivenParams = new Map();

/** Puts parameters into the values of a Scenario's spec. Where there is nothing to put in, the data come back as they are. */
export function bindParams(data: unknown, given: GivenParams = NOTHING_GIVEN): Bound {
  return new Binding(data, given).bind();
}

class Binding {
  readonly #data: unknown;
  readonly #given: GivenParams;
  readonly #values = new Map<string, ParamValue | null>();
  readonly #problems: ParamProblem[] = [];
  readonly #unresolved = new Set<string>();
  readonly #shifts = new Map<string, (index: number) => number>();

  constructor(data: unknown, given: GivenParams) {
    this.#data = data;
    this.#given = given;
  }

  bind(): Bound {
    const isScenario = valueAt(this.#data, ['kind']) === 'Scenario';
    if (isScenario) this.#readDeclarations();
    const data = this.#filled(this.#data, [], isScenario);
    const known = [...this.#values].flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
    return {
      data,
      values: Object.fromEntries(known),
      problems: this.#problems,
      unresolved: this.#unresolved,
      shifts: this.#shifts,
    };
  }

  #readDeclarations(): void {
    const declared = valueAt(this.#data, DECLARATIONS);
    if (typeof declared !== 'object' || declared === null || Array.isArray(declared)) return;
    for (const [name, declaration] of Object.entries(declared)) {
      this.#values.set(name, this.#valueOf(name, declaration));
    }
  }

  /** Null where there is none or where the declaration is broken, which is then reported here or by the schema. */
  #valueOf(name: string, declaration: unknown): ParamValue | null {
    const path = [...DECLARATIONS, name];
    const written = valueAt(declaration, ['type']);
    const type = PARAM_TYPES.find((known) => known === written);
    if (type === undefined) return null;
    const choices = this.#choices(type, declaration, path);
    const standard = this.#checked(type, valueAt(declaration, ['default']), [...path, 'default'], choices);
    const text = this.#given.get(name);
    if (text !== undefined) return this.#fromCommandLine(name, type, text, choices);
    if (standard === undefined) {
      const message = `expected a value: it has no default and none is given (--param ${name}=…)`;
      this.#problems.push({ path, message, atKey: true });
    }
    return standard ?? null;
  }

  #choices(type: ParamType, declaration: unknown, path: Path): readonly ParamValue[] | null {
    const listed = valueAt(declaration, ['enum']);
    if (!Array.isArray(listed)) return null;
    return listed.flatMap((choice: unknown, index) => {
      const value = this.#checked(type, choice, [...path, 'enum', index], null);
      return value === null || value === undefined ? [] : [value];
    });
  }

  /** Undefined where nothing is written, null where it does not fit. */
  #checked(type: ParamType, written: unknown, path: Path, choices: readonly ParamValue[] | null) {
    if (written === undefined) return undefined;
    const value = asType(type, written);
    const message = misfit(type, value, choices, quote(written));
    if (message === null) return value;
    this.#problems.push({ path, message });
    return null;
  }

  #fromCommandLine(name: string, type: ParamType, text: string, choices: readonly ParamValue[] | null) {
    const value = fromText(type, text);
    const message = misfit(type, value, choices, `${quote(text)} (--param ${name}=${text})`);
    if (message === null) return value;
    this.#problems.push({ path: [...DECLARATIONS, name], message, atKey: true });
    return null;
  }

  #filled(value: unknown, path: Path, isScenario: boolean): unknown {
    if (typeof value === 'string') return this.#filledText(value, path, isScenario);
    if (Array.isArray(value)) {
      return value.map((item: unknown, index) => this.#filled(item, [...path, index], isScenario));
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, item]) => {
      if (key.includes(OPENING)) {
        this.#problems.push({
          path: [...path, key],
          message: 'parameters are put into values, never keys',
          atKey: true,
        });
        this.#unresolved.add(formatPath([...path, key]));
      }
      return [key, this.#filled(item, [...path, key], isScenario)] as const;
    });
    return Object.fromEntries(entries);
  }

  #filledText(text: string, path: Path, isScenario: boolean): unknown {
    if (!text.includes(OPENING)) return text;
    const misplaced = misplacedMessage(path, isScenario);
    if (misplaced !== null) return this.#refused(text, path, misplaced);
    const matches = [...text.matchAll(EXPRESSION)];
    const rest = text.replace(EXPRESSION, '');
    if (rest.includes(OPENING)) return this.#refused(text, path, `expected \${{ params.NAME }}, got ${quote(text)}`);
    const pieces = matches.map((match) => this.#piece(match, path));
    if (pieces.some((piece) => piece.value === null)) return this.#unknown(text, path);
    const [only] = pieces;
    if (only !== undefined && only.length === text.length && only.value !== null) return only.value;
    this.#shifts.set(formatPath(path), (index) => authorIndex(pieces, index));
    return text.replace(EXPRESSION, (_whole, name: string) => String(this.#values.get(name)));
  }

  #piece(match: RegExpExecArray, path: Path): Piece {
    const name = match[1] ?? '';
    const value = this.#values.get(name);
    if (value === undefined) this.#problems.push({ path, message: this.#noSuchParam(name) });
    return { at: match.index, length: match[0].length, value: value ?? null };
  }

  #noSuchParam(name: string): string {
    const known = [...this.#values.keys()];
    const list = known.length === 0 ? 'spec.params declares none' : `spec.params declares ${known.join(', ')}`;
    return `there is no parameter ${name}${didYouMean(name, known)}: ${list}`;
  }

  #refused(text: string, path: Path, message: string): string {
    this.#problems.push({ path, message });
    return this.#unknown(text, path);
  }

  #unknown(text: string, path: Path): string {
    this.#unresolved.add(formatPath(path));
    return text;
  }
}

interface Piece {
  /** Index in the author's text. */
  readonly at: number;
  readonly length: number;
  readonly value: ParamValue | null;
}

function misplacedMessage(path: Path, isScenario: boolean): string | null {
  if (!isScenario) return 'parameters belong to a Scenario: a SteadyState has none';
  if (path[0] !== 'spec') return 'parameters are put into values of spec alone';
  return path[1] === 'params' ? 'a parameter cannot be declared by another' : null;
}

/** The index in the author's text of a character of the finished one; inside a value: where its expression begins. */
function authorIndex(pieces: readonly Piece[], index: number): number {
  let grownBy = 0;
  for (const { at, length, value } of pieces) {
    const put = String(value).length;
    if (index < at + grownBy) break;
    if (index < at + grownBy + put) return at;
    grownBy += put - length;
  }
  return index - grownBy;
}
