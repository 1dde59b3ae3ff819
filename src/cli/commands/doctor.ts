import { LocalHost } from '../../adapters/host/local-host.ts';
import { accessOf } from '../../cluster-access.ts';
import { composeRunner } from '../../compose.ts';
import { messageOf } from '../../errors.ts';
import type { LabInfo } from '../../ports/lab.ts';
import type { NodeShell } from '../../ports/node-shell.ts';
import { KERNEL_PROBES } from '../../runner/steps/requirements.ts';
import { KERNEL_FEATURES } from '../../scenario/scenario.ts';
import type { Workbench } from '../workbench.ts';

type Finding = readonly [state: 'ok' | 'note' | 'bad', text: string];

const GIB = 1024 ** 3;
const NODE_MAJOR = 22;

/** What this machine and the lab can and cannot do, and how to mend it; 3 when something needed is missing. */
export async function doctor(bench: Workbench): Promise<number> {
  const findings = [...(await machineFindings(bench)), ...(await labFindings(bench))];
  for (const [state, text] of findings) process.stdout.write(`${MARK[state]} ${text}\n`);
  return findings.some(([state]) => state === 'bad') ? 3 : 0;
}

const MARK = { ok: '✓', note: '·', bad: '✗' } as const;

async function machineFindings({ config, images }: Workbench): Promise<Finding[]> {
  const host = new LocalHost();
  const [memory, disk, needs, engine] = await Promise.all([
    host.availableMemoryBytes(),
    host.freeDiskBytes(config.cacheDir),
    images.needs(),
    images.findEngine(),
  ]);
  const major = Number(process.versions.node.split('.')[0]);
  return [
    [major >= NODE_MAJOR ? 'ok' : 'bad', `Node ${process.versions.node}`],
    engine === null
      ? ['note', 'no container engine answers: `healproof up` starts one, or says what to install']
      : ['ok', `container engine ${engine.version}${engine.isPrivate ? ', started by healproof' : ''}`],
    needs.isReady
      ? ['ok', 'images and tools are there']
      : ['note', `images and tools take about ${Math.ceil(needs.seconds / 60)} min once`],
    enough('memory', memory, needs.memoryBytes, 'Close other programs, or use a larger machine.'),
    enough('disk', disk, needs.diskBytes, `Free some, or point HEALPROOF_CACHE_DIR to another disk.`),
  ];
}

function enough(what: string, there: number, needed: number, remedy: string): Finding {
  const text = `${what}: ${(there / GIB).toFixed(1)} GiB free, ${(needed / GIB).toFixed(1)} GiB needed`;
  return there >= needed ? ['ok', text] : ['bad', `${text}. ${remedy}`];
}

async function labFindings({ lab, config, progress, signal }: Workbench): Promise<Finding[]> {
  const { state, details, info } = await lab.status({ progress, signal });
  const standing: Finding = [
    state === 'ready' ? 'ok' : 'note',
    `lab ${state}${details.length > 0 ? `: ${details.join(', ')}` : ''}`,
  ];
  if (info === null) return [standing];
  const missing = info.missing.map(({ part, reason }): Finding => ['note', `not in this lab: ${part} (${reason})`]);
  if (state !== 'ready') return [standing, ...missing];
  const { nodes } = composeRunner(accessOf(info, config));
  return [standing, ...(await kernelFindings(info, nodes)), ...missing];
}

/** Tried for real on every worker that a fault may hit. */
async function kernelFindings({ nodes }: LabInfo, shell: NodeShell): Promise<Finding[]> {
  const workers = nodes.filter((node) => node.role === 'worker' && !node.judge);
  return Promise.all(
    workers.map(async ({ name }): Promise<Finding> => {
      try {
        const has: string[] = [];
        for (const feature of KERNEL_FEATURES) {
          const { exitCode } = await shell.run(name, KERNEL_PROBES[feature]);
          if (exitCode === 0) has.push(feature);
        }
        return ['ok', `kernel of ${name}: ${has.join(', ')}`];
      } catch (error: unknown) {
        return ['bad', `node ${name} cannot be entered: ${messageOf(error)}`];
      }
    }),
  );
}
