import { HarnessError, messageOf } from '../../errors.ts';
import type { RawSeries } from '../../experiment/evidence/raw-series.ts';
import { ruleLine } from '../../experiment/evidence/signal-lines.ts';
import type {
  AlertWatch,
  Message,
  ReceiverObservation,
  RuleObservation,
  RuleState,
  SignalEvidence,
} from '../../experiment/evidence/signals.ts';
import type { AlertingRule } from '../../ports/alert-rules.ts';
import type { RunnerPorts } from '../../ports/runner-ports.ts';
import type { Recovery } from '../../scenario/model/scenario.ts';
import { atAlignedTimes } from '../waiting/wait-until.ts';

const LOOK_EVERY_MS = 1_000;
/** Firings from before the run must show, however seldom the rule is evaluated. */
const INTERVALS_BACK = 4;
const LEAST_BACK_MS = 15_000;

interface SignalListener {
  /** Hears every look and every message as soon as it is there. */
  fact(what: 'alert-rule' | 'receiver' | 'message', data: unknown): void;
  /** Hears why there was no look. */
  note(message: string): void;
}
type Ports = Pick<RunnerPorts, 'clock' | 'metrics' | 'alertRules' | 'receiver'>;

/**
 * Looks once a second at the rules, the alerts and the receiver that a scenario claims something about. No answer is no
 * sighting, and the judge takes the gap between two sightings for what it is: nobody knows.
 */
export class SignalWatch implements AsyncDisposable {
  readonly #ports: Ports;
  readonly #ears: SignalListener;
  readonly #names: readonly string[];
  readonly #asksReceiver: boolean;
  readonly #stop = new AbortController();
  readonly #rules = new Map<string, RuleObservation[]>();
  readonly #receiver: ReceiverObservation[] = [];
  readonly #messages = new Map<number, Message>();
  #points: Omit<AlertWatch, 'name' | 'sightings'>;
  #series: readonly RawSeries[] = [];
  #startedAtMs = 0;
  /** Messages are asked for since then: its first answer, by the receiver's clock. */
  #heardFromMs: number | null = null;
  #trouble = '';
  #look: Promise<void> | null = null;
  #loop: Promise<void> = Promise.resolve();

  constructor(recovery: Recovery, healer: 'on' | 'off', ports: Ports, ears: SignalListener) {
    const { fireAlerts = [], silentAlerts = [], expectMessages = [] } = recovery;
    this.#names = [...new Set([...fireAlerts.map(({ name }) => name), ...silentAlerts])];
    this.#asksReceiver = expectMessages.length > 0 && healer === 'on';
    this.#ports = ports;
    this.#ears = ears;
    this.#points = { pointsFromMs: ports.clock.now(), points: [], problem: 'its points were never read' };
  }

  /** Begins to look; once for a run. Returns after the first look. */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#names.length === 0 && !this.#asksReceiver) return;
    this.#startedAtMs = this.#ports.clock.now();
    await this.#lookOnce();
    this.#loop = this.#follow(AbortSignal.any([signal, this.#stop.signal]));
  }

  /** One more look, after all that is judged has happened. */
  async look(): Promise<void> {
    if (this.#names.length === 0 && !this.#asksReceiver) return;
    await this.#look;
    await this.#lookOnce();
  }

  /** As it stands; nothing where nothing is claimed. */
  evidence(): SignalEvidence {
    const alerts = this.#names.map((name) => ({
      name,
      sightings: this.#rules.get(name) ?? [],
      ...this.#pointsOf(name),
    }));
    const messages = { sightings: [...this.#receiver], messages: [...this.#messages.values()] };
    return { ...(alerts.length === 0 ? {} : { alerts }), ...(this.#asksReceiver ? { messages } : {}) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('the run is over'));
    await this.#loop;
    await this.#look;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const begin = (): void => {
      this.#look ??= this.#lookOnce().finally(() => {
        this.#look = null;
      });
    };
    try {
      await atAlignedTimes(begin, { clock: this.#ports.clock, everyMs: LOOK_EVERY_MS, signal });
    } catch (error: unknown) {
      if (!signal.aborted) throw error;
    }
  }

  async #lookOnce(): Promise<void> {
    await Promise.all([
      this.#names.length === 0 ? undefined : this.#lookAtAlerts(),
      this.#asksReceiver ? this.#lookAtReceiver() : undefined,
    ]);
  }

  async #lookAtAlerts(): Promise<void> {
    const { alertRules, clock } = this.#ports;
    try {
      const rules = await alertRules.list();
      const atMs = clock.now();
      for (const name of this.#names) this.#saw(name, { atMs, rules: rules.filter(named(name)).map(stateOf) });
      await this.#readPoints();
    } catch (error: unknown) {
      if (!(error instanceof HarnessError)) throw error;
      this.#points = { ...this.#points, problem: messageOf(error) };
      this.#complain(messageOf(error));
    }
  }

  #saw(name: string, sighting: RuleObservation): void {
    this.#rules.set(name, [...(this.#rules.get(name) ?? []), sighting]);
    this.#ears.fact('alert-rule', ruleLine(name, sighting));
  }

  async #readPoints(): Promise<void> {
    const { metrics, clock } = this.#ports;
    const intervals = [...this.#rules.values()]
      .flat()
      .flatMap(({ rules }) => rules.map(({ intervalMs }) => intervalMs));
    const backMs = Math.max(LEAST_BACK_MS, ...intervals.map((intervalMs) => INTERVALS_BACK * intervalMs));
    const pointsFromMs = this.#startedAtMs - backMs;
    const names = this.#names.map((name) => name.replaceAll('.', '\\\\.')).join('|');
    this.#series = await metrics.raw(`ALERTS{alertname=~"${names}",alertstate="firing"}`, pointsFromMs, clock.now());
    this.#points = { pointsFromMs, points: [], problem: null };
  }

  #pointsOf(name: string): Omit<AlertWatch, 'name' | 'sightings'> {
    const own = this.#series.filter(({ labels }) => labels.alertname === name);
    const points = own.flatMap(({ labels: { __name__: _n, alertname: _a, alertstate: _s, ...labels }, points }) =>
      points.map(({ atMs }) => ({ atMs, labels })),
    );
    return { ...this.#points, points: points.toSorted((a, b) => a.atMs - b.atMs) };
  }

  async #lookAtReceiver(): Promise<void> {
    const { receiver, clock } = this.#ports;
    if (receiver === null) return;
    try {
      const askedAtMs = clock.now();
      const { messages, ...said } = await receiver.since(this.#heardFromMs ?? askedAtMs);
      this.#heardFromMs ??= said.nowMs;
      const sighting = { askedAtMs, atMs: clock.now(), ...said };
      this.#receiver.push(sighting);
      this.#ears.fact('receiver', sighting);
      for (const message of messages) this.#heard(message);
    } catch (error: unknown) {
      if (!(error instanceof HarnessError)) throw error;
      this.#complain(messageOf(error));
    }
  }

  /** Once for as long as it stays the same. */
  #complain(trouble: string): void {
    if (trouble !== this.#trouble) this.#ears.note(trouble);
    this.#trouble = trouble;
  }

  #heard(message: Message): void {
    if (this.#messages.has(message.sequence)) return;
    this.#messages.set(message.sequence, message);
    this.#ears.fact('message', message);
  }
}

function named(name: string): (rule: AlertingRule) => boolean {
  return (rule) => rule.name === name;
}

function stateOf({ name: _name, ...state }: AlertingRule): RuleState {
  return state;
}
