/** What is typed and not sent yet; all places are of UTF-16 units between whole characters. */
export interface Editor {
  readonly text: string;
  readonly at: number;
}

export const EMPTY: Editor = { text: '', at: 0 };
