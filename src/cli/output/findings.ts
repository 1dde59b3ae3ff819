import { gib, inotifyNeeds, labNeeds } from '../../../lab/cluster/preflight.ts';
import type { Inotify } from '../../ports/host.ts';
import type { Engine, ImageNeeds, MissingPart } from '../../ports/images.ts';
import type { LabStatus } from '../../ports/lab.ts';
import type { KernelFeature } from '../../scenario/model/scenario.ts';

/** `bad` stands in the way of a lab or a run; `note` is only worth knowing. */
export interface Finding {
  readonly state: 'ok' | 'note' | 'bad';
  readonly text: string;
}

export interface MachineFacts {
  readonly nodeVersion: string;
  readonly engine: Engine | null;
  readonly needs: ImageNeeds;
  readonly hasLab: boolean;
  readonly nodeCount: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly cacheDir: string;
  readonly inotify: Inotify | null;
  /** Absolute path by program, null where there is none. */
  readonly buildPrograms: Readonly<Record<'go' | 'gcc' | 'debootstrap' | 'openssl', string | null>>;
}

export interface NodeFacts {
  readonly name: string;
  /** What its kernel can do, tried for real; or why it could not be tried. */
  readonly features: ReadonlySet<KernelFeature> | { readonly problem: string };
}

const OLDEST_NODE = 22;

/** Pure: what this machine can and cannot do for a lab, and how to mend it. */
export function machineFindings(facts: MachineFacts): Finding[] {
  const { nodeVersion, engine, needs } = facts;
  return [
    Number(nodeVersion.split('.')[0]) >= OLDEST_NODE
      ? ok(`Node ${nodeVersion}`)
      : bad(`Node ${nodeVersion} is too old: use npx healproof, which brings Node 24`),
    engine === null
      ? note('no container engine answers: healproof up starts one, or says what to install')
      : ok(`container engine ${engine.version}${engine.isPrivate ? ', started by healproof' : ''}`),
    needs.isReady
      ? ok('images and tools are there')
      : note(`images and tools are got first: about ${Math.ceil(needs.seconds / 60)} min, once`),
    ...(needs.isReady ? [] : [buildFinding(facts)]),
    ...roomFindings(facts),
  ];
}

/** Only a lab that is yet to be made needs room. */
function roomFindings({
  hasLab,
  nodeCount,
  needs,
  memoryBytes,
  diskBytes,
  cacheDir,
  inotify,
}: MachineFacts): Finding[] {
  const lab = hasLab ? { memoryBytes: 0, diskBytes: 0 } : labNeeds(nodeCount);
  const memory = Math.max(lab.memoryBytes, needs.memoryBytes);
  const disk = lab.diskBytes + needs.diskBytes;
  return [
    room('memory', memoryBytes, memory, 'close other programs, or use a larger machine'),
    room('disk', diskBytes, disk, `free some, or point HEALPROOF_CACHE_DIR away from ${cacheDir}`),
    ...(hasLab ? [] : [inotifyFinding(inotify, inotifyNeeds(nodeCount))]),
  ];
}

function room(what: string, there: number, needed: number, remedy: string): Finding {
  const text = `${what}: ${gib(there)} available${needed === 0 ? '' : `, ${gib(needed)} needed`}`;
  return there >= needed ? ok(text) : bad(`${text}: ${remedy}`);
}

function inotifyFinding(inotify: Inotify | null, needed: number): Finding {
  if (inotify === null) return note('inotify instances: they cannot be counted here');
  const left = inotify.limit - inotify.used;
  const text = `inotify instances: ${left} of ${inotify.limit} left, ${needed} needed`;
  return left >= needed ? ok(text) : bad(`${text}: raise the limit: sysctl fs.inotify.max_user_instances=512`);
}

function buildFinding({ buildPrograms }: MachineFacts): Finding {
  const absent = Object.entries(buildPrograms).filter(([, path]) => path === null);
  if (absent.length === 0) return ok('Go, C compiler, debootstrap and openssl are there for a build from source');
  const names = absent.map(([name]) => name).join(', ');
  return note(
    `${names} not found: a build from source installs them, as root on Debian or Ubuntu; pulling needs openssl alone`,
  );
}

/** Pure: where the lab stands and what it lacks. */
export function labFindings({ state, details, info, runInProgress }: LabStatus): Finding[] {
  const text = `lab: ${state}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
  const findings = [LAB_STATES[state](text)];
  if (runInProgress !== null) findings.push(note(`run ${runInProgress} is using the lab`));
  return [...findings, ...(info?.missing ?? []).map(missingFinding)];
}

const LAB_STATES = {
  ready: ok,
  absent: (text: string) => note(`${text}: healproof up makes one`),
  stopped: (text: string) => note(`${text}: healproof up starts it`),
  unfinished: (text: string) => note(`${text}: healproof up finishes it`),
  broken: (text: string) => bad(`${text}: healproof up repairs it, or healproof up --recreate makes it anew`),
  foreign: (text: string) => bad(`${text}: a cluster of this name is not ours; use --cluster NAME`),
} as const;

function missingFinding({ part, reason }: MissingPart): Finding {
  return note(`not in this lab: ${part}: ${reason}`);
}

/** Pure: what can be injected on a node. */
export function nodeFindings({ name, features }: NodeFacts): Finding[] {
  if ('problem' in features) return [bad(`node ${name} cannot be entered: ${features.problem}`)];
  const cgroup = features.has('cgroup-v2') ? 'cgroup v2' : 'cgroup v1';
  const network = features.has('tbf') ? ['partition', 'bandwidth'] : ['partition'];
  if (features.has('netem')) network.push('delay', 'loss', 'corrupt', 'duplicate', 'reorder');
  const findings = [ok(`node ${name}: ${cgroup}; network faults: ${network.join(', ')}`)];
  if (!features.has('netem'))
    findings.push(note(`node ${name}: no netem in its kernel, so no delay, loss, corruption`));
  return findings;
}

function ok(text: string): Finding {
  return { state: 'ok', text };
}

function note(text: string): Finding {
  return { state: 'note', text };
}

function bad(text: string): Finding {
  return { state: 'bad', text };
}
