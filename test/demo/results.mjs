// What the demo prints at its end, and the judgement: did Stardust get exactly what was asked of the service?

const NAME_WIDTH = 35;
const COLUMNS = ['made', 'total', 'errors', 'average', 'max', 'samples'];
const WIDTHS = [7, 7, 7, 8, 7, 8];

const format = new Intl.NumberFormat('en-US');
export const number = (value) => format.format(Math.round(value));

/** What Stardust received from the app, beside what the load generator made. Costs are milliseconds. */
export function receivedTable({ names: asReceived, ...app }, routes) {
  const received = asReceived.map(withoutPort);
  const expected = expectations(routes);
  const place = [...expected.keys()];
  const rank = ({ name }) => (expected.has(name) ? place.indexOf(name) : place.length);
  const names = received.toSorted((one, other) => rank(one) - rank(other) || other.total - one.total);
  const rows = names.map((each) => [
    each.name,
    expected.has(each.name) ? number(expected.get(each.name).made) : '',
    number(each.total),
    number(each.errors),
    each.averageMs.toFixed(1),
    number(each.maxCostMs),
    number(each.samples.length + each.errorSamples.length),
  ]);
  const spans = spansOf({ names: received });
  return [
    'What Stardust received (times in ms), beside the number of requests made:',
    '',
    line(['name', ...COLUMNS]),
    ...rows.map(line),
    '',
    `${number(spans)} spans in ${number(app.reports)} reports of ${number(app.bytes)} bytes in all: ` +
      `${number((app.bytes / Math.max(spans, 1)) * 1_000)} bytes sent per 1,000 spans`,
  ];
}

/** What the processor itself says, where the figures are on the console of a server of the user's own. */
export function statsTable(stats, routes) {
  const { counted, delivered, waiting, reports } = stats;
  return [
    line(['requests by route', 'made']),
    ...routes.map((route) =>
      line([route.title ? `${route.name} (${route.title})` : route.name, number(route.made)]),
    ),
    '',
    'What the processor says of its spans:',
    `  counted ${number(counted)}, delivered ${number(delivered)}, waiting ${number(waiting)}, ` +
      `given up ${number(sum(Object.values(stats.givenUp)))}, ` +
      `not counted ${number(sum(Object.values(stats.dropped)))}`,
    `  reports taken ${number(reports.delivered)}, failed ${number(failuresOf(reports))}` +
      (stats.lastError === undefined ? '' : `; last error: ${stats.lastError}`),
  ];
}

/** What is wrong with what was received; nothing if each total is the number of requests that were made. */
export function receivedFaults(app, routes) {
  const received = new Map(app.names.map(withoutPort).map((each) => [each.name, each]));
  const faults = loadFaults(routes);
  for (const [name, { made, failed }] of expectations(routes)) {
    const { total, errors } = received.get(name) ?? { total: 0, errors: 0 };
    if (total !== made) faults.push(`${name}: ${number(made)} made, ${number(total)} received`);
    if (errors !== failed)
      faults.push(`${name}: ${number(failed)} failed, ${number(errors)} errors received`);
  }
  return faults;
}

/** The same judgement as far as the processor's own figures allow it. */
export function statsFaults(stats, routes) {
  const faults = loadFaults(routes);
  const made = sum(routes.map((route) => route.made));
  if (stats.delivered !== stats.counted) {
    faults.push(`${number(stats.counted)} spans counted, ${number(stats.delivered)} delivered`);
  }
  if (stats.counted + stats.dropped.excluded < made) {
    faults.push(`${number(made)} requests made, only ${number(stats.counted)} spans counted`);
  }
  return faults;
}

export function spansOf(app) {
  return sum((app?.names ?? []).map((each) => each.total));
}

/** The port of the other service is another one each time. */
function withoutPort(each) {
  return { ...each, name: each.name.replace(/^(http:\/\/127\.0\.0\.1):\d+/, '$1:PORT') };
}

/** For each name that is known beforehand how many calls and how many errors there must be. */
function expectations(routes) {
  const own = routes.map((route) => [route.name, { made: route.made, failed: route.failed }]);
  const behind = routes.flatMap((route) =>
    route.behind.map((name) => [name, { made: route.made, failed: 0 }]),
  );
  return new Map([...own, ...behind]);
}

/** What went wrong between the load generator and the service, whatever Stardust has of it. */
function loadFaults(routes) {
  const faults = [];
  for (const { name, amount, made, failed, fails, unanswered } of routes) {
    if (made !== amount || unanswered > 0) {
      faults.push(`${name}: ${number(amount)} requests to be made, ${number(made)} answered`);
    }
    if (failed !== (fails ? made : 0)) faults.push(`${name}: ${number(failed)} answered with an error`);
  }
  return faults;
}

function failuresOf({ refused, unreadable, unreachable }) {
  return refused + unreadable + unreachable;
}

function line([name, ...cells]) {
  const shown = name.length > NAME_WIDTH ? `${name.slice(0, NAME_WIDTH - 1)}…` : name;
  return shown.padEnd(NAME_WIDTH) + cells.map((cell, i) => cell.padStart(WIDTHS[i])).join('');
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
