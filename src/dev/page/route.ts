/** What the main part of the page shows; kept behind the `#` of the address, so that links and "back" work. */
export interface Route {
  readonly view: string;
  readonly values: URLSearchParams;
}

export function currentRoute(): Route {
  const [, view = '', query = ''] = /^#\/([^?]*)\??(.*)$/s.exec(location.hash) ?? [];
  return { view, values: new URLSearchParams(query) };
}

export function linkTo(view: string, values: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(values).toString();
  return `#/${view}${query === '' ? '' : `?${query}`}`;
}
