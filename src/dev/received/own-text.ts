import type { WireSample } from '../../wire/report-forms.ts';

/** The same text in memory of its own: a piece of a text keeps the whole of it alive, here the body of a call. */
export function ownText(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

export function ownSample(sample: WireSample): WireSample {
  const { Id, ParentId, TraceId, Tag, Error: error } = sample;
  return {
    ...sample,
    Id: ownText(Id),
    ParentId: ownText(ParentId),
    TraceId: ownText(TraceId),
    Tag: ownText(Tag),
    Error: ownText(error),
  };
}
