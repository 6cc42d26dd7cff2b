/**
 * `relu-atlas check --plain`: the plain checker alone.
 */
import { readFileSync } from 'node:fs';
import { stamp } from '../../answers/index.js';
import { domainOfText, readSource, textOf, writeNetworkJson } from '../../formats/index.js';
import { type Domain, sameConditions, whole } from '../../network/index.js';
import { holdsSomething, kindOf } from '../../output/index.js';
import { checkPlainly, type PlainReport } from '../../plain/index.js';
import { EXIT, UsageError } from '../exit.js';
import { expectedDomains, otherDomain } from '../options/expected-domain.js';
import { readSubject, subjectArguments } from '../options/subject.js';
import { otherNetworkHint } from '../output/checked.js';
import { paint } from '../output/colour.js';
import { grouped, showDomain, showSeconds, table } from '../output/text.js';
import type { CheckOptions } from './check.js';

/** The text of relu-atlas' JSON: of such a file what stands in it, of another one what its reader made of it. */
async function textOfNetwork(file: string, options: CheckOptions): Promise<string> {
  if (/\.json(\.gz)?$/i.test(file) && subjectArguments(options) === '') {
    const text = textOf((await readSource(file)).bytes);
    if (!text.includes('"modelTopology"')) return text;
  }
  return writeNetworkJson((await readSubject(file, options)).network);
}

type Accepted = PlainReport & { readonly accepted: true };

/** The domain as the other commands hold it. */
async function domainOf({ domain }: Accepted): Promise<Domain> {
  if (typeof domain.whole === 'number') return whole(domain.whole);
  return domainOfText(JSON.stringify({ ...domain, dimension: undefined }), domain.dimension ?? domain.box!.length);
}

/** Refused if the user states another domain. */
async function aboutStated(file: string, report: PlainReport, options: CheckOptions): Promise<PlainReport> {
  if (!report.accepted) return report;
  if (options.box === undefined && options.domain === undefined && options.whole !== true) return report;
  const expected = (await expectedDomains(file, await readSubject(file, options, 'silently'), options)) ?? [];
  const domain = await domainOf(report);
  if (expected.some((one) => sameConditions(one, domain))) return report;
  return { accepted: false, path: '', reason: otherDomain(domain, expected) };
}

export async function checkPlain(file: string, certificate: string, options: CheckOptions): Promise<number> {
  if (holdsSomething(certificate) && kindOf(certificate) === 'proof') {
    throw new UsageError(
      `${certificate}: expected a certificate of cells for --plain, got the proof of a query; drop it`,
    );
  }
  if (holdsSomething(certificate) && kindOf(certificate) === 'certificate by images') {
    throw new UsageError(
      `${certificate}: expected a certificate of every cell for --plain, got one by images; drop it, or count with --engine vertex`,
    );
  }
  if (holdsSomething(certificate) && kindOf(certificate) === 'certificate by orbits') {
    throw new UsageError(
      `${certificate}: expected a certificate of every cell for --plain, got one by orbits; drop it, or count with --symmetry none`,
    );
  }
  if (holdsSomething(certificate) && kindOf(certificate)?.startsWith('certificate of an arrangement')) {
    throw new UsageError(
      `${certificate}: expected a certificate of every cell for --plain, got one of an arrangement; drop it, or count a network with --engine vertex`,
    );
  }
  const text = await textOfNetwork(file, options);
  const started = performance.now();
  const found = checkPlainly(text, readFileSync(certificate));
  const seconds = (performance.now() - started) / 1000;
  const report = await aboutStated(file, found, options);
  if (options.format === 'json') {
    process.stdout.write(`${JSON.stringify({ ...report, checker: 'plain', seconds, ...stamp('check') })}\n`);
  } else if (report.accepted) {
    const { cells, cellsPerLayer } = report;
    process.stdout.write(
      table([
        ['accepted', `${certificate}, by the plain checker`],
        ['domain', showDomain(await domainOf(report))],
        ['cells', `${grouped(cells)} (proved)`],
        ['per layer', cellsPerLayer.map(grouped).join(' ')],
        ['time', `${showSeconds(seconds)}, ${grouped(Math.round(cells / seconds))} cells/s`],
      ]),
    );
  } else {
    const node = report.path === '' ? 'the root' : `node ${report.path}`;
    const why = `${report.reason}${otherNetworkHint(report.reason)}`;
    process.stdout.write(`${paint('refused:', 'red')} ${certificate}: at ${node}: ${why}\n`);
  }
  return report.accepted ? EXIT.ok : EXIT.refused;
}
