import type { WireBuilder, WireSample } from '../../wire/report-forms.ts';
import { cut } from '../../wire/text.ts';
import { parseJson } from './json.ts';
import { JsonFields } from './json-fields.ts';
import { readProcessInfo } from './process-figures.ts';

/** A report as the server reads it. Texts that were absent or null are empty. */
export interface ReadReport {
  readonly appId: string;
  readonly appName: string;
  readonly clientId: string;
  readonly version: string;
  readonly builders: readonly WireBuilder[];
  /** The version inside `Info`, which is bound to another form than `version`. */
  readonly infoVersion: string;
}

const ID_UNITS = 50;
const TEXT_UNITS = 2_000;

/**
 * Reads the body of a report as strictly as the real server: one fraction, one number out of range or one lone
 * surrogate makes the whole report unreadable.
 */
export function readReport(text: string): ReadReport | undefined {
  try {
    const fields = JsonFields.of(parseJson(text));
    const info = fields.object('Info');
    const report: ReadReport = {
      appId: fields.text('AppId'),
      appName: fields.text('AppName'),
      clientId: cut(fields.text('ClientId'), ID_UNITS),
      version: fields.text('Version'),
      builders: fields.list('Builders', readBuilder),
      infoVersion: info === undefined ? '' : readProcessInfo(info).version,
    };
    return report.appId === '' ? undefined : report;
  } catch {
    return undefined;
  }
}

function readBuilder(fields: JsonFields): WireBuilder {
  return {
    Name: fields.text('Name'),
    StartTime: fields.int64('StartTime'),
    EndTime: fields.int64('EndTime'),
    Total: fields.int32('Total'),
    Errors: fields.int32('Errors'),
    Cost: fields.int64('Cost'),
    MaxCost: fields.int32('MaxCost'),
    MinCost: fields.int32('MinCost'),
    Value: fields.int64('Value'),
    Samples: fields.list('Samples', readSample),
    ErrorSamples: fields.list('ErrorSamples', readSample),
  };
}

function readSample(fields: JsonFields): WireSample {
  return {
    Id: cut(fields.text('Id'), ID_UNITS),
    ParentId: cut(fields.text('ParentId'), ID_UNITS),
    TraceId: cut(fields.text('TraceId'), ID_UNITS),
    StartTime: fields.int64('StartTime'),
    EndTime: fields.int64('EndTime'),
    Value: fields.int64('Value'),
    Tag: cut(fields.text('Tag'), TEXT_UNITS),
    TraceFlag: fields.byte('TraceFlag'),
    Error: cut(fields.text('Error'), TEXT_UNITS),
  };
}
