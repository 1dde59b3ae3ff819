/** Command lines worth copying, by verb, each with what it is good for. */
export const EXAMPLES: Readonly<Record<string, readonly (readonly [command: string, does: string])[]>> = {
  healproof: [
    ['healproof up', 'bring up the lab'],
    ['healproof run --tag smoke', 'run the scenarios tagged smoke'],
    ['healproof run scenarios/nothing-happens.yaml', 'run one'],
    [
      'healproof run --healer off scenarios/wedged-replica-is-replaced.yaml',
      'the control: without a healer it must fail',
    ],
    ['healproof down --all', 'remove everything again'],
  ],
  up: [
    ['healproof up', 'make the lab, or repair it'],
    ['healproof up --images airgap', 'with every image built from source'],
  ],
  down: [
    ['healproof down', 'remove the cluster, keep images for the next one'],
    ['healproof down --all', 'remove engine, images and cache too'],
  ],
  status: [
    ['healproof status', 'what runs there, in which true versions'],
    ['healproof status --format json', 'the same for a program'],
  ],
  run: [
    ['healproof run', 'every scenario in scenarios/'],
    ['healproof run --tag smoke --format json', 'those tagged smoke; the result as JSON'],
    ['healproof run --repeat 5 --tag smoke', 'five times each; every run must pass'],
    ['healproof run --param window=10s scenarios/mine.yaml', 'with another value of a parameter that it declares'],
    ['healproof run --seed 7 scenarios/wedged-replica-is-replaced.yaml', 'the same targets as the run with that seed'],
    ['healproof run --healer off scenarios/wedged-replica-is-replaced.yaml', 'the control: it must fail'],
    ['healproof run --healer compare', 'with the healer, then without: who heals by itself is found out'],
  ],
  start: [
    ['healproof start', 'lab, scenarios and report in one go'],
    ['healproof start --tag smoke', 'only those tagged smoke'],
  ],
  validate: [
    ['healproof validate', 'every scenario in scenarios/'],
    ['healproof validate --format sarif > healproof.sarif', 'for code scanning'],
    ['healproof validate --live', 'and ask Prometheus whether every expression has an answer now'],
  ],
  new: [
    ['healproof new slow-back-end --fault cpu-stress', 'scenarios/slow-back-end.yaml, ready to be changed'],
    [
      'healproof new cut-off --fault partition --workload shop --steady-state shop-availability',
      'on the workload shop',
    ],
    ['healproof new tired-node --fault node-drain --with-params --repeat 3', 'for any namespace; three runs must pass'],
  ],
  plan: [
    ['healproof plan scenarios/wedged-replica-is-replaced.yaml', 'what would be hit, for how long'],
    ['healproof plan --seed 7 --format json', 'with the targets of seed 7, for a program'],
  ],
  doctor: [['healproof doctor', 'what is missing, and how to mend it']],
  report: [['healproof report', 'make reports/html anew']],
  history: [
    ['healproof history', 'every scenario that was run'],
    ['healproof history wedged-replica-is-replaced --last 50', 'one of them, its newest fifty runs'],
  ],
  verify: [
    ['healproof verify reports/runs/20261120-120000-7f3a1c', 'judge that run again from its raw evidence'],
    ['healproof verify reports/runs/… --expect-head 3b1f…', 'and make sure that it is the run whose hash was printed'],
  ],
  cleanup: [
    ['healproof cleanup', 'take back what any run left behind'],
    ['healproof cleanup 20261120-120000-7f3a1c', 'only what that one left'],
  ],
  completion: [
    ['source <(healproof completion bash)', 'in this shell; put it into ~/.bashrc for every one'],
    ['healproof completion fish > ~/.config/fish/completions/healproof.fish', 'for fish'],
  ],
  config: [['healproof config show', 'every setting and where it comes from']],
  show: [
    ['healproof config show', 'every setting and where it comes from'],
    ['healproof config show --cluster other', 'with a flag that overrides one'],
  ],
};

/** The examples of a verb as its help shows them. */
export function exampleText(verb: string): string {
  const examples = EXAMPLES[verb] ?? [];
  const width = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, does]) => `  $ ${command.padEnd(width)}   ${does}`);
  return ['', examples.length === 1 ? 'Example:' : 'Examples:', ...lines].join('\n');
}
