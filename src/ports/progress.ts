/** Where long work says what it is doing. Every operation that can last over two seconds reports here. */
export interface Progress {
  /** A named stretch of work begins; call `done` or `failed` on what is returned. */
  begin(title: string): ProgressStep;
  note(message: string): void;
}

export interface ProgressStep {
  /** Says how far it got; `leftSeconds` is an estimate from earlier runs where there is one. */
  update(message: string, leftSeconds?: number): void;
  done(message?: string): void;
  failed(message: string): void;
}
