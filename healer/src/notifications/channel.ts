/** A message in Slack's words. */
export interface ChannelMessage {
  /** All of it as plain text: for notifications, and where blocks are not shown. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  /** The same for machines. */
  readonly facts: Readonly<Record<string, string | number>>;
}

interface SlackText {
  readonly type: 'mrkdwn';
  readonly text: string;
}

export type SlackBlock =
  | { readonly type: 'section'; readonly text: SlackText }
  | { readonly type: 'section'; readonly fields: SlackText[] }
  | { readonly type: 'context'; readonly elements: SlackText[] };

/** What became of one attempt. No sentence here holds anything of the channel's address. */
export type Delivery =
  | { readonly kind: 'accepted' }
  /** This message will never be taken; others may. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** To be tried again, not before `retryAfterMs` where the other side asked for that. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs: number | undefined };

/** Where messages go. `send` never rejects, and always ends. */
export interface MessageChannel {
  send(message: ChannelMessage): Promise<Delivery>;
}
