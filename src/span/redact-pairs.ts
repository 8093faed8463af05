import type { SecretKeys } from './redact-keys.ts';
import {
  bareValue,
  type Extent,
  indexOf,
  matchAt,
  nestedValue,
  queryValue,
  quotedValue,
  restOfLine,
} from './redact-values.ts';

/** Between a key and its value: `=`, `:`, `=>`, `==` and the like, or the space after `--password`. */
const SEPARATOR = /[:=]+>?|(?<=(?:^|\s)--[\w-]+)[^\S\r\n]+(?=[^\s-])/g;
/** The key, what closes it (`"`, `\"`, `]`), and spaces. */
const KEY_BEFORE = /(?<=([\p{L}\p{M}\p{N}_.%$+[\]-]+)([\]"'`\\]*)([^\S\r\n]*))/uy;
const QUERY_OPENS = /[?&#](?!.*[?&#])/s;
const BREAK = /\s|["'`](?!\w)/;
const NO_SPACE = /[^\S\r\n]*/y;
const HEADER_OF_MANY_WORDS = /(?:authorization|cookie2?)s?$/i;
/** `TokenExpiredError: jwt expired` */
const ERROR_NAME = /(?:error|exception|warning)$/i;
const PORT_OR_LINE = /\d{1,5}(?!\w)/y;
const NO_SECRET = /^(?:\?|\$\d{1,3}|null|undefined)$/i;
const REFERENCE = /^(?:[@:$]|\w+\.)(\w+)$/;
/** As far back as a key of several words may begin. */
const PHRASE_UNITS = 40;
