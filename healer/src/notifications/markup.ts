const MOST = 1_000;

/** Text as Slack shows it: nothing in it can call on people, link or format. Cut off where Slack would refuse it. Pure. */
export function shown(text: string): string {
  const short = text.length > MOST ? `${text.slice(0, MOST)}…` : text;
  return short.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A link of Slack's. Pure. */
export function link(url: string, label: string): string {
  return `<${shown(url).replaceAll('|', '%7C')}|${shown(label)}>`;
}
