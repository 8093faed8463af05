import { View } from './views.ts';

/** Up to white space or a quote; one before a letter or digit may be part of a password. */
const RUN = /(?:[^\s"'`]|["'`](?=\w))+/g;
/**
 * Behind `//`, which JSON may write `\/\/`, in a run up to its last `@`. With a colon neither `?` nor `#` is an end where
 * another `@` stands before the path. Where what follows the colon is no port, it is a password with a slash.
 */
const USER_INFO =
  /(?<=\/\\{0,8}\/)(?!git@)(?:(?=[^/?#\\]*:[^/?#\\]*@)[^/\\]*|[^/?#\\]+|(?!\[)[^:@/?#\\]*:(?![/?#\\]|\d{1,5}(?!\w)).*)(?=@)/gs;

/** A `?` in an address or path; that of a route's optional parameter and of a statement stays. */
const QUERY_IN_NAME = /(?<![=<>(,\s])\?(?<=[/.][^\s?]{0,500}\?)(?![/):.?,]|\s|$)\S*/g;
const FRAGMENT_IN_NAME = /#(?<=\/[^\s#]{0,500}#)[^\s=]{0,200}=\S*/g;

/** An address or path inside a name ends at its query. */
export function withoutQuery(name: string): string {
  if (!name.includes('?') && !name.includes('#')) return name;
  return name.replace(QUERY_IN_NAME, '').replace(FRAGMENT_IN_NAME, '');
}

/** A destination, a host, a name of a database as a part of a name, where any of them may be an address. */
export function bareAddress(text: string): string {
  return withoutQuery(withoutUserInfo(text)).replace(/\?.*=.*/s, '');
}

/** The text without the user info of addresses. */
export function withoutUserInfo(text: string): string {
  const view = new View(text);
  findUserInfo(view);
  return view.shown;
}

/** Finds the user info of every address behind `//`, with a password or without. */
export function findUserInfo(view: View): void {
  if (!view.text.includes('@')) return;
  for (const { 0: run, index: from } of view.matches(RUN)) {
    if (!run.includes('@')) continue;
    for (const { 0: info, index } of run.slice(0, run.lastIndexOf('@') + 1).matchAll(USER_INFO)) {
      const start = from + index;
      view.hide(start, start + info.length);
      // Behind the `@` of `//token:x@host` no value goes on; in quotes one may.
      if (!/["'`{[]/.test(info)) view.markRead(start, start + info.length);
    }
  }
}
