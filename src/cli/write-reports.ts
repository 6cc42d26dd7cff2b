/**
 * `npm run report`: everything in reports/ that is made from fixtures/, the same bytes every time.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { explorerHtml } from '../explorer/page/index.js';
import { ClientError, scoreCardJson, scoreCardsMarkdown } from '../oracle/conformance/index.js';
import { packageFile } from '../package/index.js';
import { type CountRow, countTableJson, countTableMarkdown } from '../report/table/index.js';
import { scoreCards } from './conformance/score-cards.js';
import { report } from './exit.js';
import { countRow, fixtureFiles } from './fixtures/counts.js';
import { main } from './main.js';
import { tableReport } from './report/table/report.js';
import { theoryHtml } from './report/theory-files.js';

const ROOT = fileURLToPath(packageFile('.'));

/** The network of the sample report, and the report. */
const SAMPLE = { net: 'fixtures/circle/relu_2-3-3-3-1.json', out: 'reports/sample.html' };

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

/** Score cards of the conformance suite; they need Python for one of the implementations. */
async function writeScoreCards(): Promise<void> {
  try {
    const cards = await scoreCards();
    await write('conformance.md', scoreCardsMarkdown(cards));
    await write('conformance.json', scoreCardJson(cards));
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    process.stdout.write(`reports/conformance.*: left as they are (${error.message})\n`);
  }
}

try {
  await writeCounts();
  process.exitCode = await tableReport(`${ROOT}fixtures/table.txt`, { out: `${ROOT}reports/fixtures.html` });
  await write('theory.html', await theoryHtml());
  await write('explorer.html', await explorerHtml());
  // Reports name their files as they were given.
  process.chdir(ROOT);
  process.exitCode = Math.max(process.exitCode, await main(['report', SAMPLE.net, '--out', SAMPLE.out]));
  await writeScoreCards();
} catch (error) {
  process.exitCode = report(error);
}
