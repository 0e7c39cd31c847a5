/** JSON as PHP writes it: slashes and everything beyond ASCII escaped. Signatures are over these very bytes. */
export function phpJson(value: unknown): string {
  const text = JSON.stringify(value).replaceAll("/", "\\/");
  // oxlint-disable-next-line no-control-regex -- ASCII is meant, its control characters included.
  return /[^\u0000-\u007f]/.test(text) ? text.replaceAll(/[\u0080-\uffff]/g, escaped) : text;
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
