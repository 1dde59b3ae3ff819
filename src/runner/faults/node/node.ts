import { FaultError } from '../../../errors.ts';
import type { NodeTarget, PodTarget } from '../../../experiment/evidence/evidence.ts';
import { draw, seededRandom } from '../../../experiment/fault/seeded-choice.ts';
import type { KubeObject } from '../../../ports/kube.ts';
import type { NodeFault } from '../../../scenario/model/fault.ts';
import { targetOf } from '../../cluster/pods.ts';
import type { RunContext } from '../../run/run-context.ts';
import { type Draw, type FaultRunner, type Foresight, NOTHING, type Prediction } from '../shared/fault-runner.ts';
import { mustFit } from '../shared/must-fit.ts';
import { ownInjection } from '../shared/own-injection.ts';
import type { PreparedFault } from '../shared/prepared.ts';
import { stillStanding } from '../shared/still-standing.ts';
import { NODE_ACTION_RUNS } from './node-action-runs.ts';
import { candidateNodes } from './node-choice.ts';
import { protectByCommand, runCommand, standsByCommand } from './node-command.ts';
import { isSystem, podsOn } from './node-pods.ts';

/** Something that happens to a whole worker; the judge's node and the control plane are never among them. */
export const node: FaultRunner<NodeFault> = { predict, prepare, leftovers: (_context, live) => stillStanding(live) };

/** Where the fault asks for a node that runs certain pods, these may not be there before the run makes them. */
async function predict({ action, node: query }: NodeFault, { scenario, kube }: Foresight): Promise<Prediction> {
  if (scenario.cluster === 'fresh') return { ...NOTHING, changes: [`${action} one of its workers, drawn by the seed`] };
  const { runs, ...rest } = query;
  const names = (await candidateNodes(kube, rest)).map(({ metadata }) => metadata.name);
  if (names.length === 0) return { ...NOTHING, refusals: ['no ready worker fits'] };
  const condition = runs === undefined ? '' : ' that then runs such a pod';
  return { ...NOTHING, changes: [`${action} one of the nodes ${names.join(', ')}${condition}, drawn by the seed`] };
}

/** Chooses one worker by the seed. */
async function prepare(context: RunContext, fault: NodeFault, { seed }: Draw): Promise<PreparedFault> {
  const { ports } = context;
  const { action, durationMs } = fault;
  const { name, uid = '', labels = {} } = (await choose(context, fault, seed)).metadata;
  const pods = (await podsOn(ports.kube, name)).filter((pod) => !isSystem(pod));
  const touched = pods.flatMap((pod): PodTarget[] => [targetOf(pod)].flatMap((target) => target ?? []));
  await mustFit(context, { pods: touched, nodes: [name] });
  const target: NodeTarget = { kind: 'Node', namespace: '', name, uid, labels };
  const own = ports.commands.of(action);
  const spec = { action, node: name, durationMs, ...(own === null ? {} : { command: own.do }) };
  const run = NODE_ACTION_RUNS[action];
  return {
    fault,
    plan: { seed, kind: `node ${action}`, spec, targets: [target], peers: [], touched, nodes: [name] },
    protect: () => (own === null ? run.protect(context, fault, name) : protectByCommand(context, fault, name)),
    ...ownInjection({
      clock: ports.clock,
      targets: [target],
      act: () => (own === null ? run.act(context, name) : runCommand(context, action, 'do', name)),
      stands: () =>
        own === null || run.isByApiServer ? run.stands(ports, name) : standsByCommand(ports, action, name),
    }),
  };
}

async function choose({ ports }: RunContext, fault: NodeFault, seed: number): Promise<KubeObject> {
  const candidates = await candidateNodes(ports.kube, fault.node);
  const hasCommand = ports.commands.of(fault.action) !== null;
  const { reaches } = NODE_ACTION_RUNS[fault.action];
  const usable = candidates.filter(({ metadata }) => hasCommand || reaches(ports, metadata.name));
  const [node] = draw(usable, 1, seededRandom(seed));
  if (node !== undefined) return node;
  const why =
    candidates.length > 0
      ? `the container engine reaches none of the nodes that fit, and nodeCommands of healproof.yaml has no ${fault.action}`
      : 'no ready worker fits';
  throw new FaultError(`${why}; the judge’s node and the control plane are never hit`);
}
