// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
/**
 * Text from outside as a terminal may show it: no escape sequence, control, direction mark, zero-width or tag character
 * reaches it. What is taken away is shown as a visible sign where it could mislead.
 */
const SUSPECT =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]/u;
// CSI, then OSC/DCS/APC/PM/SOS up to their end, then two-character escapes, then C1 forms of the same.
const SEQUENCES =
  /\u001b\[[0-?]*[ -/]*[@-~]?|[\u001b]?[\u009d\u0090\u009f\u009e\u0098][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[\]P_^X][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u009b[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/gu;
const HARMFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb]/gu;
const INVISIBLE = /[\u00ad\u180e\u200b\u2060-\u2064\ufeff]|\udb40[\udc00-\udfff]/gu;
/** Tag characters and variation selectors of plane 14 as whole code points. */
const TAGS = /[\u{e0000}-\u{e0fff}]/gu;

export function sanitize(text: string): string {
  if (!SUSPECT.test(text) && !TAGS.test(text)) return text;
  return text.replaceAll('\r\n', '\n').replace(SEQUENCES, '').replace(TAGS, '').replace(INVISIBLE, '').replace(HARMFUL, visible);
}

/** Control pictures for controls, a code for the rest. */
function visible(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}
