import { describe, expect, test } from 'vitest';
import { createDecoder, MOST_FLUSHES } from '../../../src/tui/input/decoder.ts';
import { encode } from '../../../src/tui/input/encode.ts';
import type { InputEvent } from '../../../src/tui/input/event.ts';
import { keyName } from '../../../src/tui/input/key-name.ts';
import { random } from '../../helpers/random.ts';

/** Events in short: keys by name, text in quotes. */
const short = (events: readonly InputEvent[]): readonly string[] =>
  events.map((event) => {
    if (event.is === 'key') return keyName(event.key);
    if (event.is === 'text') return `'${event.text.replaceAll(' ', '␣')}'`;
    if (event.is === 'paste') return `paste ${JSON.stringify(event.text)}`;
    return event.is === 'wheel' ? `wheel ${event.by} at ${event.x},${event.y}` : `click at ${event.x},${event.y}`;
  });

const decoded = (bytes: string): readonly string[] => {
  const decoder = createDecoder();
  return short([...decoder.push(bytes), ...decoder.flush()]);
};

const ESC = '\x1b';
const CSI = `${ESC}[`;

/** What terminals send, and what it is. */
const TABLE: Readonly<Record<string, readonly (readonly [sent: string, keys: readonly string[]])[]>> = {
  'control characters': [
    ['\r', ['enter']],
    ['\n', ['ctrl-j']],
    ['\t', ['tab']],
    ['\x7f', ['backspace']],
    ['\x08', ['ctrl-h']],
    ['\0', ['ctrl-space']],
    ['\x01\x03\x1a', ['ctrl-a', 'ctrl-c', 'ctrl-z']],
    ['\x1c\x1d\x1e\x1f', ['ctrl-\\', 'ctrl-]', 'ctrl-^', 'ctrl-_']],
  ],
  'arrows and their neighbours, with xterm’s modifiers': [
    [`${CSI}A${CSI}B${CSI}C${CSI}D`, ['up', 'down', 'right', 'left']],
    [`${ESC}OA${ESC}OD${ESC}OH${ESC}OF`, ['up', 'left', 'home', 'end']],
    [`${CSI}1;5C${CSI}1;3D${CSI}1;2A${CSI}1;8B`, ['ctrl-right', 'alt-left', 'shift-up', 'ctrl-alt-shift-down']],
    [`${CSI}H${CSI}F${CSI}1~${CSI}4~${CSI}7~${CSI}8~`, ['home', 'end', 'home', 'end', 'home', 'end']],
    [`${CSI}2~${CSI}3~${CSI}5~${CSI}6~`, ['insert', 'delete', 'pageup', 'pagedown']],
    [`${CSI}3;5~${CSI}5;2~`, ['ctrl-delete', 'shift-pageup']],
    [`${CSI}Z`, ['shift-tab']],
  ],
  'function keys of xterm, VT220, the console of Linux, and rxvt': [
    [`${ESC}OP${ESC}OQ${ESC}OR${ESC}OS`, ['f1', 'f2', 'f3', 'f4']],
    [`${CSI}11~${CSI}15~${CSI}17~${CSI}24~${CSI}34~`, ['f1', 'f5', 'f6', 'f12', 'f20']],
    [`${CSI}[A${CSI}[E`, ['f1', 'f5']],
    [`${CSI}1;5P${CSI}1;2R${CSI}15;2~${ESC}O5P`, ['ctrl-f1', 'shift-f3', 'shift-f5', 'ctrl-f1']],
  ],
  'rxvt’s own': [
    [`${CSI}a${CSI}d${ESC}Oa${ESC}Od`, ['shift-up', 'shift-left', 'ctrl-up', 'ctrl-left']],
    [`${CSI}3$${CSI}3^${CSI}3@${CSI}7$`, ['shift-delete', 'ctrl-delete', 'ctrl-shift-delete', 'shift-home']],
    [`${ESC}${CSI}A${ESC}${ESC}OC`, ['alt-up', 'alt-right']],
  ],
  'alt as ESC before a key': [
    [`${ESC}b${ESC}f${ESC}1${ESC}?`, ['alt-b', 'alt-f', 'alt-1', 'alt-?']],
    [`${ESC}B${ESC} ${ESC}é${ESC}日`, ['alt-shift-b', 'alt-space', 'alt-é', 'alt-日']],
    [`${ESC}\r${ESC}\x7f${ESC}\x01`, ['alt-enter', 'alt-backspace', 'ctrl-alt-a']],
    [`${ESC}[`, ['alt-[']],
    [`${ESC}O`, ['alt-shift-o']],
    [`${ESC}]`, ['alt-]']],
    [`${ESC}P`, ['alt-shift-p']],
    [`${ESC}Px${ESC}_x`, ['alt-shift-p', "'x'", 'alt-_', "'x'"]],
    [`${ESC}X${ESC}^`, ['alt-shift-x', 'alt-^']],
  ],
  'escape by itself': [
    [ESC, ['escape']],
    [`${ESC}${ESC}`, ['escape', 'escape']],
    [`a${ESC}`, ["'a'", 'escape']],
    [`${ESC}${ESC}b`, ['escape', 'alt-b']],
  ],
  'kitty’s u and modifyOtherKeys': [
    [`${CSI}27u${CSI}13;2u${CSI}13;3u${CSI}127;5u${CSI}9;2u`, ['escape', 'shift-enter', 'alt-enter', 'ctrl-backspace', 'shift-tab']],
    [`${CSI}97;5u${CSI}97;3u${CSI}97;6u${CSI}112;7u`, ['ctrl-a', 'alt-a', 'ctrl-shift-a', 'ctrl-alt-p']],
    [`${CSI}97u${CSI}97;2u${CSI}97:65;2u${CSI}228;2u`, ["'a'", "'A'", "'A'", "'Ä'"]],
    [`${CSI}105;5u${CSI}109;5u${CSI}91;5u${CSI}47;5u${CSI}45;6u`, ['tab', 'enter', 'escape', 'ctrl-_', 'ctrl-_']],
    [`${CSI}32;5u${CSI}32;3u${CSI}104;5u`, ['ctrl-space', 'alt-space', 'ctrl-h']],
    [`${CSI}97;5:1u${CSI}97;5:2u${CSI}97;5:3u${CSI}1;1:3A`, ['ctrl-a', 'ctrl-a']],
    [`${CSI}97;9u${CSI}57441;2u${CSI}57358u`, []],
    [`${CSI}57400u${CSI}57414u${CSI}57417;5u${CSI}57376u`, ["'1'", 'enter', 'ctrl-left', 'f13']],
    [`${CSI}97;69u`, ['ctrl-a']],
    [`${CSI}27;2;13~${CSI}27;5;97~${CSI}27;6;65~`, ['shift-enter', 'ctrl-a', 'ctrl-shift-a']],
  ],
  'the number block': [[`${ESC}OM${ESC}Op${ESC}Oy${ESC}Ok`, ['enter', "'0'", "'9'", "'+'"]]],
  'the mouse': [
    [`${CSI}<0;3;5M${CSI}<0;3;5m`, ['click at 2,4']],
    [`${CSI}<64;1;1M${CSI}<65;200;50M${CSI}<80;9;9M`, ['wheel -1 at 0,0', 'wheel 1 at 199,49', 'wheel -1 at 8,8']],
    [`${CSI}<1;1;1M${CSI}<2;1;1M${CSI}<32;4;4M${CSI}<66;1;1M${CSI}<128;1;1M`, []],
    [`${CSI}M !!x`, ["'x'"]],
    [`${CSI}<0;;M${CSI}<M${CSI}<0;1;1;1M`, []],
  ],
  'what nobody is to see: focus, replies, the unknown': [
    [`a${CSI}I${CSI}Ob`, ["'a'", "'b'"]],
    [`${CSI}?1;2c${CSI}>41;354;0c${CSI}12;40R${CSI}0n${CSI}?2026;2$y${CSI}4;1$yx`, ["'x'"]],
    [`${ESC}]11;rgb:0000/0000/0000${ESC}\\x${ESC}]10;rgb:ffff/ffff/ffff\x07y`, ["'x'", "'y'"]],
    [`${ESC}P>|xterm(370)${ESC}\\a${ESC}P1$r0m${ESC}\\b${ESC}_Gi=1;OK${ESC}\\c`, ["'a'", "'b'", "'c'"]],
    [`${CSI}99~${CSI}5;6;7q${CSI}?u${CSI}?1u${CSI}201~x`, ["'x'"]],
    ['a\x9b\x85b', ["'a'", "'b'"]],
    [`${CSI}[Xa`, ["'a'"]],
  ],
  'a sequence that is broken off ends there, and what broke it counts': [
    [`${CSI}12\rx`, ['enter', "'x'"]],
    [`${CSI}12${CSI}A`, ['up']],
    [`${ESC}]0;title\rx`, ['enter', "'x'"]],
    [`${ESC}]0;title${CSI}A`, ['up']],
    [`${CSI}12é`, ["'é'"]],
  ],
  pastes: [
    [`a${CSI}200~one\rtwo\r\nthree\n${CSI}201~b`, ["'a'", 'paste "one\\ntwo\\nthree\\n"', "'b'"]],
    [`${CSI}200~${CSI}201~`, ['paste ""']],
    [`${CSI}200~\x03${CSI}A${ESC}${CSI}20${CSI}201~`, [`paste ${JSON.stringify(`\x03${CSI}A${ESC}${CSI}20`)}`]],
  ],
};

describe.each(Object.entries(TABLE))('%s', (_, rows) => {
  test.each(rows.map(([sent, keys]) => [JSON.stringify(sent), sent, keys] as const))('%s', (_name, sent, keys) => {
    expect(decoded(sent)).toEqual(keys);
  });
});

describe('what is cut', () => {
  const all = Object.values(TABLE).flat();

  test.each(all.map(([sent, keys]) => [JSON.stringify(sent), sent, keys] as const))('%s comes to the same, character by character', (_, sent, keys) => {
    const decoder = createDecoder();
    const events = [...sent].flatMap((char) => decoder.push(char));
    expect(
      short([...events, ...decoder.flush()])
        .join(' ')
        .replaceAll("' '", ''),
    ).toBe(keys.join(' ').replaceAll("' '", ''));
  });

  test('any keys, pastes and replies in any pieces come to the same keys', () => {
    const { int, pick } = random(1);
    for (let round = 0; round < 3_000; round += 1) {
      const given = Array.from({ length: 1 + int(30) }, () => pick(KNOWN));
      const bytes = given.map(([sent]) => sent).join('');
      const decoder = createDecoder();
      const events: InputEvent[] = [];
      for (let at = 0; at < bytes.length; ) {
        const to = at + 1 + int(round % 2 === 0 ? 3 : 40);
        events.push(...decoder.push(bytes.slice(at, to)));
        at = to;
      }
      const expected = given.flatMap(([, keys]) => keys);
      expect(whole(short([...events, ...decoder.flush()]))).toBe(whole(expected));
      expect(decoder.waiting).toBe(false);
    }
  });

  test('escape is told from what follows it by a pause, at any place', () => {
    const { int, pick } = random(2);
    for (let round = 0; round < 500; round += 1) {
      const decoder = createDecoder();
      const events: InputEvent[] = [];
      const expected: string[] = [];
      for (let n = 0; n < 20; n += 1) {
        const [sent, keys] = int(3) === 0 ? ([ESC, ['escape']] as const) : pick(KNOWN);
        events.push(...decoder.push(sent));
        if (sent === ESC) events.push(...decoder.flush());
        expected.push(...keys);
      }
      expect(whole(short(events))).toBe(whole(expected));
    }
  });

  test('random bytes leave a decoder that takes the next key', () => {
    const { int, pick } = random(3);
    for (let round = 0; round < 2_000; round += 1) {
      const decoder = createDecoder();
      for (let n = 0; n < 1 + int(12); n += 1)
        decoder.push(pick([ESC, CSI, `${ESC}]`, `${ESC}P1`, `${CSI}200~`, '1', ';', 'x', '\\', '<', '\ud83d', '\x9b', '?']));
      for (let n = 0; n < MOST_FLUSHES; n += 1) decoder.flush();
      expect(decoder.waiting).toBe(false);
      expect(short(decoder.push('\r'))).toEqual(['enter']);
    }
  });
});

/** What has one meaning wherever it stands. */
const KNOWN: readonly (readonly [sent: string, keys: readonly string[]])[] = [
  ...Object.entries(TABLE).flatMap(([name, rows]) => (/escape by itself|broken|alt as/u.test(name) ? [] : rows)),
  ...Object.values(TABLE['alt as ESC before a key'] ?? []).slice(0, 3),
  ...['a', 'Zz', ' ', 'né', '日本', '👩‍👩‍👧', 'e\u0301', '~', '[', 'O'].map((text) => [text, [`'${text.replaceAll(' ', '␣')}'`]] as const),
];

/** Runs of text in one: pieces are no matter. */
const whole = (keys: readonly string[]): string => keys.join(' ').replaceAll("' '", '');

describe('what never ends', () => {
  test('a paste without an end is over when nothing came for a while, and the keys work again', () => {
    const decoder = createDecoder();
    expect(decoder.push(`${CSI}200~all of\rit${CSI}20`)).toEqual([]);
    const ends = Array.from({ length: MOST_FLUSHES }, () => decoder.flush());
    expect(short(ends.flat())).toEqual([`paste ${JSON.stringify(`all of\nit${CSI}20`)}`]);
    expect(decoder.waiting).toBe(false);
    expect(short(decoder.push('x\x03'))).toEqual(["'x'", 'ctrl-c']);
  });

  test('a pause inside of a paste does not end it', () => {
    const decoder = createDecoder();
    decoder.push(`${CSI}200~a`);
    for (let n = 1; n < MOST_FLUSHES; n += 1) expect(decoder.flush()).toEqual([]);
    decoder.push('b');
    for (let n = 1; n < MOST_FLUSHES; n += 1) expect(decoder.flush()).toEqual([]);
    expect(short(decoder.push(`c${CSI}201~`))).toEqual(['paste "abc"']);
  });

  test('a reply of megabytes is swallowed, and its end is seen', () => {
    const decoder = createDecoder();
    for (let n = 0; n < 500; n += 1) expect(decoder.push(n === 0 ? `${ESC}]52;c;` : 'A'.repeat(10_000))).toEqual([]);
    expect(short(decoder.push(`${ESC}\\x`))).toEqual(["'x'"]);
  });

  test('a paste of megabytes in small pieces is put together whole', () => {
    const decoder = createDecoder();
    const text = 'line of the paste\n'.repeat(200_000);
    const bytes = `${CSI}200~${text}${CSI}201~`;
    const events: InputEvent[] = [];
    for (let at = 0; at < bytes.length; at += 1_021) events.push(...decoder.push(bytes.slice(at, at + 1_021)));
    expect(events).toEqual([{ is: 'paste', text }]);
  });
});

test('what is written for a one-line form comes back as the same event', () => {
  const plain = Object.entries(TABLE).flatMap(([name, rows]) => (name.startsWith('kitty') ? [] : rows));
  for (const [sent] of [...plain, ['é日'] as const]) {
    const events = createDecoder()
      .push(sent)
      .filter((event) => encode(event) !== '' && encode(event) !== ESC && event.is !== 'paste');
    expect(events.flatMap((event) => decoded(encode(event)))).toEqual(short(events));
  }
});
