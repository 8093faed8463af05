import { useEffect, useState } from 'preact/hooks';

/** What the main part shows, with its filter and order. Kept behind the `#` of the address, so that links work. */
export interface Route {
  readonly view: string;
  readonly values: URLSearchParams;
}

export function linkTo(view: string, values: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(values).toString();
  return `#/${view}${query === '' ? '' : `?${query}`}`;
}

/** The address as it is, also after "back". */
export function useRoute(): Route {
  const [route, setRoute] = useState(currentRoute);
  useEffect(() => {
    const follow = () => setRoute(currentRoute());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}

/** Changes filter or order in the address. The view stays the same, so "back" does not stop at each letter. */
export function refine(changes: Readonly<Record<string, string>>): void {
  const { view, values } = currentRoute();
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') values.delete(name);
    else values.set(name, value);
  }
  history.replaceState(null, '', linkTo(view, Object.fromEntries(values)));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

function currentRoute(): Route {
  const [, view = '', query = ''] = /^#\/([^?]*)\??(.*)$/s.exec(location.hash) ?? [];
  return { view, values: new URLSearchParams(query) };
}
