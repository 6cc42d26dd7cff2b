/**
 * `npm run report`: everything in reports/ that is made from fixtures/, the same bytes every time.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { report } from './cli/exit.js';
import { countRow, fixtureFiles } from './cli/fixture-counts.js';
import { tableReport } from './cli/table-report.js';
import { theoryHtml } from './cli/theory-files.js';
import { type CountRow, countTableJson, countTableMarkdown } from './report/fixture-table.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

async function write(name: string, content: string): Promise<void> {
  await writeFile(`${ROOT}reports/${name}`, content);
  process.stdout.write(`reports/${name}: ${content.length.toLocaleString('en-US')} characters\n`);
}

/** Counts every fixture, and proves each count. */
async function writeCounts(): Promise<void> {
  const rows: CountRow[] = [];
  for (const file of await fixtureFiles()) rows.push(await countRow(file));
  await write('counts.md', countTableMarkdown(rows));
  await write('counts.json', countTableJson(rows));
}

try {
  await writeCounts();
  process.exitCode = await tableReport(`${ROOT}fixtures/table.txt`, { out: `${ROOT}reports/fixtures.html` });
  await write('theory.html', await theoryHtml());
} catch (error) {
  process.exitCode = report(error);
}
