/** Where a call acts, or on whom: what somebody else's text must not choose. */
export interface Destination {
  /**
   * `address`: somebody or something outside, by host, mail address, account. `identity`: something by name or number.
   * `path`: a file outside the workspace. `command`: the words of a command.
   */
  readonly kind: 'address' | 'identity' | 'path' | 'command';
  readonly value: string;
  /** The argument it stands in, for people. */
  readonly argument: string;
  /** What it is the number or the name of, one word each: `event`, `calendar`. */
  readonly of?: readonly string[];
  /** The name of something that the call makes: whoever makes it may think of one. */
  readonly isNew?: boolean;
}
