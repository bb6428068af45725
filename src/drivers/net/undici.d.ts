/** The client alone: the package's own front loads twice as much and replaces the dispatcher of Node's `fetch`. */
declare module 'undici/lib/dispatcher/client.js' {
  import { Client } from 'undici';
  export = Client;
}
