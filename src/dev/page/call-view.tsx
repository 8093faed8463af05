import { answerOf, wentWell } from './calls-view.tsx';
import { bytes, clock, count, line, say } from './language.ts';
import { useAsked } from './live.ts';
import type { CallDetails, Overview } from './page-data.ts';
import { linkTo } from './route.ts';

interface Properties {
  readonly overview: Overview;
  readonly values: URLSearchParams;
}

/** One call as it came in. */
export function CallView({ overview, values }: Properties) {
  const number = values.get('number') ?? '';
  const call = useAsked<CallDetails | null>(overview, 'call', { number });
  return (
    <div>
      <div class="bar">
        <h1 tabIndex={-1}>{say('callNumber', { n: number })}</h1>
        <a href={linkTo('calls')}>{say('calls')}</a>
      </div>
      {call === null && <p class="note">{say('gone')}</p>}
      {call && (
        <>
          <p class="facts">
            <bdi>{line(clock(call.atMs), `${call.method} ${call.path}`, call.appId, bytes(call.bytes))}</bdi>
            {` · ${say('answer')}: `}
            <span class={wentWell(call) ? 'code' : 'code bad'}>{answerOf(call)}</span>
          </p>
          <Block title={say('body')} text={call.body === '' ? say('emptyBody') : call.body} />
          {call.more > 0 && <p class="note">{say('moreBody', { n: count(call.more) })}</p>}
          <Block
            title={say('headers')}
            text={Object.entries(call.headers)
              .map(([name, value]) => `${name}: ${value}`)
              .join('\n')}
          />
        </>
      )}
    </div>
  );
}

/** A text that may be too long to be seen whole, so that it can be scrolled by keyboard, too. */
function Block({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <>
      <h2>{title}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a section would lose the line breaks */}
      <pre tabIndex={0} role="region" aria-label={title}>
        <bdi>{text}</bdi>
      </pre>
    </>
  );
}
