import type { FaultProblem } from '../../shared/fault-kind.ts';
import type { FaultTemplate } from '../../shared/template.ts';

export type ChaosSpec = Readonly<Record<string, unknown>>;

/** One kind of Chaos Mesh experiment: what is known of it here beyond the schema that comes with it. */
export interface ChaosKind {
  /** Its actions, where they are a closed list. */
  readonly actions: readonly string[] | null;
  /** Those that happen once and leave nothing in force, so that they have no duration. */
  readonly oneShotActions: readonly string[];
  /** Those that delete their pods. */
  readonly deletingActions: readonly string[];
  /** Whether `target` selects other pods, in which rules are written too. */
  readonly hasOtherSide: boolean;
  /** It is injected into the kernel, which all pods of a node share. */
  readonly hitsNodes: boolean;
  /** Rules in the pods may outlive the experiment; the witness that saw them come must see them gone. */
  readonly leavesRules: boolean;
  /** What is wrong with a spec that its schema cannot say. */
  problems(spec: ChaosSpec): readonly FaultProblem[];
  /** Why nothing here sees that it bites, so that the author has to say what to look at; null where something does. */
  unseen(spec: ChaosSpec): string | null;
  readonly templates: Readonly<Record<string, FaultTemplate>>;
}

/** What most kinds have in common: nothing that is particular. */
export const PLAIN: ChaosKind = {
  actions: null,
  oneShotActions: [],
  deletingActions: [],
  hasOtherSide: false,
  hitsNodes: false,
  leavesRules: false,
  problems: () => [],
  unseen: () => null,
  templates: {},
};

/** What a kind has to say for which there is no witness at all. */
export const UNSEEN = 'nothing here sees whether it bites';
