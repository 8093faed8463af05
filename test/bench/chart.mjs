// Bar charts as SVG, in colours that are read on a light and on a dark page.
const WIDTH = 640;
const LABEL = 150;
const FIGURE = 90;
const BAR = 18;
const ROW = 28;
const TITLE = 36;

const escaped = (text) => text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);

/** One bar for each row, from 0 to the largest value, with the figure beside it. */
export function barChart(title, rows) {
  const height = TITLE + rows.length * ROW + 8;
  const most = Math.max(...rows.map(({ value }) => value));
  const room = WIDTH - LABEL - FIGURE;
  const bars = rows.map(({ label, value, text, ours }, i) => {
    const y = TITLE + i * ROW;
    const length = Math.max(1, (room * value) / most);
    return [
      `  <text x="${LABEL - 8}" y="${y + 13}" text-anchor="end">${escaped(label)}</text>`,
      `  <rect class="${ours ? 'ours' : 'others'}" x="${LABEL}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2"/>`,
      `  <text x="${(LABEL + length + 6).toFixed(1)}" y="${y + 13}">${escaped(text)}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}">
  <style>
    text { font: 13px system-ui, sans-serif; fill: #1f2328; }
    .title { font-weight: 600; }
    .ours { fill: #1a7f5a; }
    .others { fill: #8c959f; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .ours { fill: #3fb98a; }
      .others { fill: #768390; }
    }
  </style>
  <text class="title" x="8" y="20">${escaped(title)}</text>
${bars.join('\n')}
</svg>
`;
}
