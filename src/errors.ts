import { counted } from './counted.ts';

/** The closed list of reasons for which healproof could not find something out. Branch on these, never on message text. */
export type ErrorCode =
  | 'SCENARIO_INVALID'
  | 'USAGE'
  | 'PREFLIGHT_FAILED'
  | 'COMMAND_FAILED'
  | 'KUBERNETES'
  | 'FAULT'
  | 'METRICS'
  | 'WAIT_TIMEOUT'
  | 'ABORTED'
  | 'CLEANUP_FAILED'
  | 'BUILD_FAILED'
  | 'INTERNAL';

/** Facts about an error that a person or a report can use; values are plain data. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

export interface ErrorOptionsWithHint {
  readonly cause?: unknown;
  readonly details?: ErrorDetails;
  /** One sentence that says what to do about it. */
  readonly hint?: string;
}

/** Base of every error that healproof throws on purpose. A refuted claim is a verdict, never an exception. */
export abstract class HarnessError extends Error {
  abstract readonly code: ErrorCode;
  readonly details: ErrorDetails;
  readonly hint: string | undefined;

  constructor(message: string, options: ErrorOptionsWithHint = {}) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.details = options.details ?? {};
    this.hint = options.hint;
  }

  toJSON(): Record<string, unknown> {
    const cause = this.cause instanceof Error ? this.cause.message : undefined;
    return { code: this.code, message: this.message, hint: this.hint, details: this.details, cause };
  }
}

/** A problem in a file that a user wrote. Line and column start at 1. */
export interface Issue {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Dotted path inside the document, e.g. `spec.recovery.within`. */
  readonly path: string;
  readonly message: string;
}

export function formatIssue(issue: Issue): string {
  const path = issue.path === '' ? '' : ` ${issue.path}:`;
  return `${issue.file}:${issue.line}:${issue.column}${path} ${issue.message}`;
}

/** The user's files are wrong; carries every problem at once. */
export class ScenarioError extends HarnessError {
  readonly code = 'SCENARIO_INVALID';
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(issues.map(formatIssue).join('\n'), { details: { issues } });
    this.issues = issues;
  }
}

/** The command line makes no sense. */
export class UsageError extends HarnessError {
  readonly code = 'USAGE';
}

/** Host or cluster cannot do what the run needs. */
export class PreflightError extends HarnessError {
  readonly code = 'PREFLIGHT_FAILED';
}

/** This machine has no room for a cluster; nothing of it was made. */
export class NoRoomError extends PreflightError {}

export interface CommandFailure {
  /** Paste-able command line. */
  readonly command: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last 100 lines of both streams. */
  readonly output: string;
}

/** A program that we called failed. */
export class CommandError extends HarnessError {
  readonly code = 'COMMAND_FAILED';
  readonly failure: CommandFailure;

  constructor(failure: CommandFailure, options: ErrorOptionsWithHint = {}) {
    const end = failure.signal === null ? `exit code ${failure.exitCode}` : `signal ${failure.signal}`;
    super(`command failed with ${end}: ${failure.command}`, {
      ...options,
      details: { ...options.details, ...failure },
    });
    this.failure = failure;
  }
}

/** The API server refused or could not be reached. */
export class KubernetesError extends HarnessError {
  readonly code = 'KUBERNETES';
  /** HTTP status, or undefined where no answer came. */
  readonly status: number | undefined;

  constructor(message: string, status: number | undefined, options: ErrorOptionsWithHint = {}) {
    super(message, { ...options, details: { ...options.details, status } });
    this.status = status;
  }
}

/** The fault selected nothing, could not be injected, or could not be taken back. */
export class FaultError extends HarnessError {
  readonly code = 'FAULT';
}

/** The metrics source did not answer, or not with what was asked for. */
export class MetricsError extends HarnessError {
  readonly code = 'METRICS';
}

/** What was waited for did not come; the last observation says how far it got. */
export class WaitTimeoutError extends HarnessError {
  readonly code = 'WAIT_TIMEOUT';

  constructor(what: string, waitedMs: number, lastObservation: string) {
    super(`gave up waiting for ${what} after ${(waitedMs / 1000).toFixed(1)} s; last seen: ${lastObservation}`, {
      details: { what, waitedMs, lastObservation },
    });
  }
}

/** The run was told to stop. */
export class AbortedError extends HarnessError {
  readonly code = 'ABORTED';
}

/** Something could not be taken back; carries every failure. */
export class CleanupError extends HarnessError {
  readonly code = 'CLEANUP_FAILED';
  readonly failures: readonly unknown[];

  constructor(failures: readonly unknown[]) {
    super(`${counted(failures.length, 'clean-up step')} failed: ${failures.map(messageOf).join('; ')}`, {
      cause: failures[0],
    });
    this.failures = failures;
  }
}

/** An image or tool could not be built from its sources. */
export class BuildError extends HarnessError {
  readonly code = 'BUILD_FAILED';
}

/** Definitely a defect of healproof itself. */
export class InternalError extends HarnessError {
  readonly code = 'INTERNAL';
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The message with what to do about it, where that is known. */
export function withHint({ message, hint }: HarnessError): string {
  return hint === undefined ? message : `${message}. ${hint}`;
}
