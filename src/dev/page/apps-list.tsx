import { age, count, say } from './language.ts';
import type { Overview } from './page-data.ts';
import { linkTo } from './route.ts';

interface Properties {
  readonly overview: Overview | undefined;
  readonly nowMs: number;
  /** The app that is shown; empty for all, `undefined` for none. */
  readonly chosen: string | undefined;
}

/** The apps to choose from, each with how it is. */
export function AppsList({ overview, nowMs, chosen }: Properties) {
  const { apps = [], moreApps = 0 } = overview ?? {};
  return (
    <nav class="apps" aria-label={say('apps')}>
      <a href={linkTo('')} aria-current={chosen === '' ? 'page' : undefined}>
        {say('allApps')}
      </a>
      <ul>
        {apps.map(({ appId, total, errors, lastReportMs }) => (
          <li key={appId}>
            <a href={linkTo('app', { app: appId })} aria-current={chosen === appId ? 'page' : undefined}>
              <bdi>{appId}</bdi>
              <span class="figure">{count(total)}</span>
              <span class="note">{lastReportMs === undefined ? '' : age(nowMs - lastReportMs)}</span>
              <span class="figure bad">{errors === 0 ? '' : count(errors)}</span>
            </a>
          </li>
        ))}
      </ul>
      <p class="note">{moreApps === 0 ? '' : say('moreApps', { n: count(moreApps) })}</p>
    </nav>
  );
}
