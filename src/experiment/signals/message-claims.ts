import { counted } from '../../counted.ts';
import type { ExpectedMessages } from '../../scenario/model/scenario.ts';
import type { RunAnalysis } from '../analysis/run-analysis.ts';
import type { Message, MessageWatch } from '../evidence/signals.ts';
import { SignalClaim, type SignalResult } from '../result/signal-result.ts';
import { receiverAbsent, receiverSkewMs } from './signal-coverage.ts';

type Moment = Pick<RunAnalysis, 'evidence' | 'startMs' | 'watchUntilMs'>;

/** Messages in the run: those that are certainly in it, and those that the clocks leave in doubt besides. */
interface Told {
  readonly certain: readonly Message[];
  readonly possible: readonly Message[];
}

/** Claims that people are told, and not too often. With the healer switched off nobody tells them. */
export function messageResults(analysis: RunAnalysis): SignalResult[] {
  const { evidence } = analysis;
  if (evidence.healer === 'off') return [];
  return (evidence.scenario.recovery.expectMessages ?? []).map((expected) => result(analysis, expected));
}

/** Until when a message that is not there yet is waited for; null where all are there. Epoch ms. */
export function awaitedMessageMs(moment: Moment): number | null {
  const { messages: watch, scenario, healer } = moment.evidence;
  if (watch === undefined || healer === 'off') return null;
  const isOpen = (scenario.recovery.expectMessages ?? []).some(
    (expected) => missing(toldAbout(moment, watch, expected).certain, expected).length > 0,
  );
  return isOpen ? dueMs(moment, watch) : null;
}

function result(analysis: RunAnalysis, expected: ExpectedMessages): SignalResult {
  const { channel, about, transitions, max } = expected;
  const claim = new SignalClaim(`${channel} tells of ${about}: ${transitions.join(', ')}, at most ${max}`);
  const subject = `${channel} about ${about}`;
  const watch = analysis.evidence.messages;
  if (watch === undefined) return claim.not('WATCHER_ABSENT', `${subject}: nobody watched the receiver`);
  const { certain, possible } = toldAbout(analysis, watch, expected);
  if (certain.length > max)
    return claim.not('MESSAGE_REPEATED', `${subject}: ${counted(certain.length, 'message')}, at most ${max} allowed`);
  if (possible.length > max)
    return claim.not('WATCHER_ABSENT', `${subject}: ${possible.length - certain.length} may not be of this run`);
  const lacking = missing(certain, expected);
  return lacking.length === 0
    ? present(analysis, watch, claim, `${subject}: ${certain.map(({ transition }) => transition).join(', ')}`)
    : absent(analysis, watch, claim, {
        subject,
        lacking,
        isDoubtful: missing(possible, expected).length < lacking.length,
      });
}

/** All are there; that there were no more is a claim of absence. */
function present(analysis: RunAnalysis, watch: MessageWatch, claim: SignalClaim, detail: string): SignalResult {
  const gone = receiverAbsent(watch, windowOf(analysis, watch, analysis.evidence.observedToMs));
  return gone === null
    ? claim.met(detail)
    : claim.not('WATCHER_ABSENT', `${detail}; whether more is not known: ${gone}`);
}

function absent(
  analysis: RunAnalysis,
  watch: MessageWatch,
  claim: SignalClaim,
  {
    subject,
    lacking,
    isDoubtful,
  }: { readonly subject: string; readonly lacking: readonly string[]; readonly isDoubtful: boolean },
): SignalResult {
  const what = `${subject}: ${lacking.join(', ')}`;
  if (isDoubtful) return claim.not('WATCHER_ABSENT', `${what} may not be of this run`);
  const untilMs = dueMs(analysis, watch);
  if (analysis.evidence.observedToMs < untilMs)
    return claim.not('NO_DATA', `${what} had not come when observation ended, and still had time to`);
  const gone = receiverAbsent(watch, windowOf(analysis, watch, untilMs));
  if (gone !== null) return claim.not('WATCHER_ABSENT', `${what} did not come, but ${gone}`);
  const end = analysis.endedBefore(analysis.watchUntilMs);
  if (end !== null) return claim.not('FAULT_ENDED_EARLY', `${what} did not come, but ${end}`);
  return claim.not('MESSAGE_MISSING', `${what} did not come`);
}

/** A message is due when the recovery must have been over and stable. */
function dueMs({ evidence, watchUntilMs }: Moment, watch: MessageWatch): number {
  return watchUntilMs + skewOf(evidence, watch);
}

function windowOf({ evidence, startMs: fromMs }: RunAnalysis, watch: MessageWatch, toMs: number) {
  return { fromMs, toMs, skewMs: skewOf(evidence, watch) };
}

function skewOf({ clockSkewMs }: RunAnalysis['evidence'], watch: MessageWatch): number {
  return Math.max(clockSkewMs, receiverSkewMs(watch));
}

function toldAbout({ evidence, startMs }: Moment, watch: MessageWatch, expected: ExpectedMessages): Told {
  const skewMs = skewOf(evidence, watch);
  const own = new Map(
    watch.messages.filter((message) => isAbout(message, expected)).map((each) => [each.sequence, each]),
  );
  const within = (byMs: number): Message[] =>
    [...own.values()].filter(({ atMs }) => atMs >= startMs + byMs && atMs <= evidence.observedToMs - byMs);
  return { certain: within(skewMs), possible: within(-skewMs) };
}

function isAbout({ channel, about }: Message, expected: ExpectedMessages): boolean {
  const [namespace, name] = expected.about.split('/');
  return channel === expected.channel && about.namespace === namespace && (name === undefined || about.name === name);
}

function missing(messages: readonly Message[], { transitions }: ExpectedMessages): string[] {
  return transitions.filter((transition) => !messages.some((message) => message.transition === transition));
}
