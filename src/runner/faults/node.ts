import { FaultError, HarnessError, messageOf } from '../../errors.ts';
import type { InjectorEvent, NodeTarget, PodTarget } from '../../experiment/evidence/evidence.ts';
import { draw, seededRandom } from '../../experiment/fault/seeded-choice.ts';
import type { InjectorState } from '../../ports/fault-injector.ts';
import type { KubeObject } from '../../ports/kube.ts';
import type { DeadMan } from '../../ports/node-machines.ts';
import type { NodeFault } from '../../scenario/model/fault.ts';
import { targetOf } from '../cluster/pods.ts';
import type { RunContext } from '../run/run-context.ts';
import type { Undoable } from '../undo/undo-stack.ts';
import { cordon, evictAll, isBoundToNode, isCordoned, podsOn, protectCordon } from './drain.ts';
import { mustFit } from './must-fit.ts';
import { candidateNodes } from './node-choice.ts';
import { isPaused, protectByCommand, runCommand } from './node-command.ts';
import { untilReady } from './node-ready.ts';
import { applied, type PreparedFault, together } from './prepared.ts';

/** A node that went away must have had the time to come back by itself before somebody else starts it. */
const RETURN_MS = 60_000;
/** What belongs to the node or to the cluster itself is hit with every node; the judge's own is elsewhere. */
const SYSTEM_NAMESPACES: readonly string[] = ['kube-system', 'chaos-mesh', 'healproof-system', 'local-path-storage'];

/** Chooses one worker by the seed; the judge's node and the control plane are never among them. */
export async function prepareNode(context: RunContext, fault: NodeFault, seed: number): Promise<PreparedFault> {
  const { ports } = context;
  const node = await choose(context, fault, seed);
  const { name, uid = '', labels = {} } = node.metadata;
  const pods = await podsOn(ports.kube, name);
  const touched = pods
    .filter((pod) => !isSystem(pod))
    .flatMap((pod): PodTarget[] => [targetOf(pod)].flatMap((p) => p ?? []));
  await mustFit(context, { pods: touched, nodes: [name] });
  const target: NodeTarget = { kind: 'Node', namespace: '', name, uid, labels };
  const own = ports.commands.of(fault.action);
  const command = own === null ? {} : { command: own.do };
  const spec = { action: fault.action, node: name, durationMs: fault.durationMs, ...command };
  const events: InjectorEvent[] = [];
  return {
    fault,
    plan: { seed, kind: `node ${fault.action}`, spec, targets: [target], peers: [], touched, nodes: [name] },
    protect: () => protect(context, fault, name),
    async inject() {
      await act(context, fault, name);
      events.push(...applied([target], ports.clock.now()));
    },
    observe: async () => ({ ...(await sighted(context, fault, name)), events }),
  };
}

async function choose({ ports }: RunContext, fault: NodeFault, seed: number): Promise<KubeObject> {
  const candidates = await candidateNodes(ports.kube, fault.node);
  const needsEngine = fault.action !== 'drain' && ports.commands.of(fault.action) === null;
  const usable = candidates.filter(({ metadata }) => !needsEngine || ports.machines.reaches(metadata.name));
  const [node] = draw(usable, 1, seededRandom(seed));
  if (node !== undefined) return node;
  const why =
    candidates.length > 0
      ? `the container engine reaches none of the nodes that fit, and nodeCommands of healproof.yaml has no ${fault.action}`
      : 'no ready worker fits';
  throw new FaultError(`${why}; the judge’s node and the control plane are never hit`);
}

function isSystem(pod: KubeObject): boolean {
  return SYSTEM_NAMESPACES.includes(pod.metadata.namespace ?? '') || isBoundToNode(pod);
}

function protect(context: RunContext, fault: NodeFault, node: string): Promise<Undoable> {
  if (context.ports.commands.of(fault.action) !== null) return protectByCommand(context, fault, node);
  return fault.action === 'drain' ? protectCordon(context, node) : protectMachine(context, fault, node);
}

/** The dead-man process comes after the way back of our own, and before the fault. */
async function protectMachine(context: RunContext, fault: NodeFault, node: string): Promise<Undoable> {
  const { machines } = context.ports;
  const { restartPolicy } = await machines.state(node);
  const armed: DeadMan[] = [];
  const undoable = context.ways.undoHere(`bring node ${node} back`, async (signal) => {
    await machines.wake(node);
    for (const deadMan of armed.splice(0)) await deadMan.disarm();
    if (fault.action === 'reboot') await machines.setRestartPolicy(node, restartPolicy);
    await untilReady(context, node, signal);
  });
  context.recorder.fact('undo', { op: 'wake', node, restartPolicy });
  armed.push(await machines.armDeadMan(node, fault.durationMs ?? RETURN_MS));
  return together([undoable]);
}

async function act(context: RunContext, { action }: NodeFault, node: string): Promise<void> {
  const { machines, commands } = context.ports;
  if (commands.of(action) !== null) return runCommand(context, action, 'do', node);
  switch (action) {
    case 'pause':
      return machines.pause(node);
    case 'restart':
      return machines.restart(node);
    case 'reboot':
      // kind lets a node fail once only: a second reboot would leave it stopped.
      await machines.setRestartPolicy(node, 'unless-stopped');
      return machines.reboot(node);
    case 'drain':
      await cordon(context, node);
      return evictAll(context, node);
  }
}

async function sighted(
  { ports }: RunContext,
  { action }: NodeFault,
  node: string,
): Promise<Omit<InjectorState, 'events'>> {
  const atMs = ports.clock.now();
  try {
    const isInForce = action === 'drain' ? await isCordoned(ports.kube, node) : await isPaused(ports, action, node);
    return { sighting: { atMs, state: isInForce ? 'in-force' : 'gone' }, message: null };
  } catch (error: unknown) {
    if (!(error instanceof HarnessError)) throw error;
    return { sighting: { atMs, state: 'unknown' }, message: messageOf(error) };
  }
}
