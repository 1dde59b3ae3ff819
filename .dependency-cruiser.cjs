// Who may import whom. Written as data so that the layering does not depend on anybody remembering it.
const pure = '^src/(scenario|experiment)/';
const notTest = { pathNot: '\\.test\\.ts$' };
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'adapters-know-no-runner',
      severity: 'error',
      from: { path: '^src/adapters/', ...notTest },
      to: { path: '^src/(runner|suite|cli|compose|config)/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'scenario and experiment know no Node built-in, no port, no adapter',
      severity: 'error',
      from: { path: pure, ...notTest },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'domain-imports-domain',
      severity: 'error',
      from: { path: pure, ...notTest },
      to: { path: '^src/', pathNot: '^src/(scenario|experiment)/|^src/(errors|counted)\\.ts$' },
    },
    {
      name: 'ports-are-domain-words',
      severity: 'error',
      from: { path: '^src/ports/' },
      to: { pathNot: '^src/(ports|experiment|scenario)/|^src/errors\\.ts$' },
    },
    {
      name: 'runner-knows-no-adapter',
      severity: 'error',
      from: { path: '^src/runner/', ...notTest },
      to: { path: '^(src/(adapters|cli|suite|compose|config)|lab)/' },
    },
    {
      name: 'adapters-are-strangers',
      comment: 'an adapter may use those for processes and HTTP and its own folder, no other adapter',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/', ...notTest },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/($1|process|http)/' },
    },
    {
      name: 'fault-kinds-are-strangers',
      comment: 'a kind of fault knows itself and what all kinds share, no other kind',
      severity: 'error',
      from: { path: '^src/(scenario/faults|runner/faults|adapters/witness)/([^/]+)/', ...notTest },
      to: {
        path: '^src/(scenario/faults|runner/faults|adapters/witness)/[^/]+/',
        pathNot: '^src/[^/]+/(faults|witness)/($2|shared|looking)/',
      },
    },
    {
      name: 'lab-knows-ports-and-processes',
      comment: 'the lab is behind the port of its name; it may use domain words and the process adapter',
      severity: 'error',
      from: { path: '^lab/', ...notTest },
      to: {
        path: '^src/',
        pathNot: '^src/(ports|scenario|experiment|adapters/process)/|^src/(errors|absent|counted)\\.ts$',
      },
    },
    {
      name: 'only-compose-and-cli-know-the-lab',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(compose|cli)/|\\.test\\.ts$' },
      to: { path: '^lab/' },
    },
    {
      name: 'nothing-imports-cli',
      severity: 'error',
      from: { pathNot: '^(src/cli|test|bench)/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'healer-stands-alone',
      severity: 'error',
      from: { path: '^healer/' },
      to: { path: '^(src|janitor|lab|workloads)/' },
    },
    {
      name: 'receiver-stands-alone',
      comment: 'what proves a message must not share code with what sends it',
      severity: 'error',
      from: { path: '^lab/receiver/' },
      to: { path: '^(src|lab/(?!receiver)|healer|janitor|workloads)/' },
    },
    {
      name: 'only-healer-names',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^healer/', pathNot: '^healer/src/names\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
