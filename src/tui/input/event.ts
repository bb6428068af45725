export interface Key {
  /** `a`, `enter`, `escape`, `tab`, `backspace`, `delete`, `up`, `down`, `left`, `right`, `home`, `end`, `pageup`, `pagedown`, `space`, `f1` ... */
  readonly name: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

/** What a terminal sends, taken apart. Places on the screen count from 0. */
export type InputEvent =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'key'; readonly key: Key }
  | { readonly is: 'paste'; readonly text: string }
  | { readonly is: 'wheel'; readonly by: -1 | 1; readonly x: number; readonly y: number }
  | { readonly is: 'click'; readonly x: number; readonly y: number };
