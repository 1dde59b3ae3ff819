/** Where the report and what it remembers are kept, below the output folder. */
export interface ReportPlaces {
  readonly outputDir: string;
  /** `<outputDir>/html`. */
  readonly htmlDir: string;
  /** Grows by a line with every report; trends are drawn from it. */
  readonly historyFile: string;
}

const HISTORY_LIMIT = 200;

/** What went wrong, in our words; the first that fits. */
const CATEGORIES = [
  {
    name: 'Something was left behind',
    matchedStatuses: ['broken'],
    messageRegex: '^(Still there|Clean-up failed)[\\s\\S]*',
  },
  { name: 'Could not find out', matchedStatuses: ['broken'] },
  { name: 'The claim is refuted', matchedStatuses: ['failed'] },
] as const;

/** Allure's configuration, in the JSON that its command reads. `metrics` are keys of measurements with their titles. */
export function reportConfig(places: ReportPlaces, metrics: ReadonlyMap<string, string>): Record<string, unknown> {
  const performance = Object.fromEntries(
    [...metrics].map(([key, title]) => [key, { title, unit: 's', better: 'lower', group: 'Recovery time' }]),
  );
  return {
    name: 'healproof',
    output: places.htmlDir,
    historyPath: places.historyFile,
    historyLimit: HISTORY_LIMIT,
    appendHistory: true,
    // They are the same for every scenario.
    hideLabels: ['framework', 'language', 'host', 'thread', 'package', 'testCase', 'titlePath'],
    categories: CATEGORIES,
    plugins: {
      awesome: {
        options: { reportName: 'healproof', singleFile: true, reportLanguage: 'en', groupBy: ['epic', 'feature'] },
      },
    },
    ...(metrics.size === 0 ? {} : { performance: { metrics: performance } }),
  };
}
