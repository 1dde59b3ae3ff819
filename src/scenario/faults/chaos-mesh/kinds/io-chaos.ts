import type { FaultProblem } from '../../shared/fault-kind.ts';
import { type ChaosKind, type ChaosSpec, PLAIN, UNSEEN } from '../spec/chaos-kind.ts';
import {
  eachMustBe,
  isSpec,
  LATENCY,
  mustBe,
  mustHave,
  oneOfThese,
  type Rule,
  wholeNumber,
} from '../spec/spec-values.ts';

/** What each action is about. */
const ABOUT: ReadonlyMap<unknown, string> = new Map([
  ['latency', 'delay'],
  ['fault', 'errno'],
  ['attrOverride', 'attr'],
  ['mistake', 'mistake'],
]);
const METHODS: readonly string[] = [
  ...['lookup', 'forget', 'getattr', 'setattr', 'readlink', 'mknod', 'mkdir', 'unlink', 'rmdir', 'symlink', 'rename'],
  ...['link', 'open', 'read', 'write', 'flush', 'release', 'fsync', 'opendir', 'readdir', 'releasedir', 'fsyncdir'],
  ...['statfs', 'setxattr', 'getxattr', 'listxattr', 'removexattr', 'access', 'create', 'getlk', 'setlk', 'bmap'],
];
const METHOD: Rule = {
  what: `one of ${METHODS.join(', ')}`,
  isMet: (value) => typeof value === 'string' && METHODS.includes(value.toLowerCase()),
};
const FILE_TYPE = oneOfThese([
  'namedPipe',
  'charDevice',
  'blockDevice',
  'directory',
  'regularFile',
  'symlink',
  'socket',
]);
const PERCENT = wholeNumber('a percentage of 1 to 100, for it to do anything', 1, 100);
const ERRNO = wholeNumber('the number of an error from 1 on, such as 5 for EIO', 1, 4_095);
const VOLUME: Rule = {
  what: 'the path at which the volume is mounted, such as /var/lib/data',
  isMet: (value) => typeof value === 'string' && value.startsWith('/'),
};
const FILLED: Rule = {
  what: 'at least one thing to change',
  isMet: (value) => !isSpec(value) || Object.keys(value).length > 0,
};

export const ioChaos: ChaosKind = {
  ...PLAIN,
  actions: [...ABOUT.keys()].map(String),
  problems: ioProblems,
  unseen: () => UNSEEN,
};

function ioProblems(spec: ChaosSpec): FaultProblem[] {
  const about = ABOUT.get(spec.action);
  return [
    ...(about === undefined ? [] : [...mustHave(spec, [about]), ...aboutProblems(spec, about)]),
    ...mustBe(spec, ['volumePath'], VOLUME),
    ...mustBe(spec, ['percent'], PERCENT),
    ...eachMustBe(spec, ['methods'], METHOD),
  ];
}

/** Of what another action is about Chaos Mesh takes no notice, and forms leave it there. */
function aboutProblems(spec: ChaosSpec, about: string): FaultProblem[] {
  if (about === 'delay') return spec.delay === '' ? [] : mustBe(spec, ['delay'], LATENCY);
  if (about === 'errno') return mustBe(spec, ['errno'], ERRNO);
  return [...mustBe(spec, [about], FILLED), ...mustBe(spec, ['attr', 'kind'], FILE_TYPE)];
}
