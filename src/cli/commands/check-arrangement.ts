/**
 * `relu-atlas check` of certificates of arrangements.
 */
import { exactInteger, stamp } from '../../answers/index.js';
import { checkArrangement } from '../../checker/index.js';
import { networkDigest, shapeOf } from '../../network/index.js';
import { EXIT, UsageError } from '../exit.js';
import { type ArrangementOptions, holdsHyperplanes, readArrangement } from '../options/arrangement.js';
import type { DomainOptions } from '../options/domain.js';
import { readSubject, type SubjectOptions } from '../options/subject.js';
import { paint } from '../output/colour.js';
import { grouped, showSeconds, table } from '../output/text.js';

interface Options extends SubjectOptions, DomainOptions, ArrangementOptions {
  readonly format: 'text' | 'json';
}

/** The network that the certificate is about: of a network file, or of hyperplanes. A .json may be either. */
async function networkOf(file: string, options: Options) {
  if (holdsHyperplanes(file) || options.central === true) return (await readArrangement(file, options)).net.network;
  try {
    return (await readSubject(file, options)).network;
  } catch (error) {
    const net = await readArrangement(file, options).catch(() => undefined);
    if (net === undefined) throw error;
    return net.net.network;
  }
}

export async function checkArrangementOf(file: string, certificate: string, options: Options): Promise<number> {
  if (options.box !== undefined || options.domain !== undefined)
    throw new UsageError(
      `${certificate}: expected --whole or no domain, it is about all of R^d; drop --box and --domain`,
    );
  const network = await networkOf(file, options);
  const started = performance.now();
  const report = await checkArrangement(network, certificate);
  const seconds = (performance.now() - started) / 1000;
  if (options.format === 'json') {
    const numbers = report.accepted
      ? {
          ...report,
          betti: report.betti.map(exactInteger),
          cells: exactInteger(report.cells),
          domain: { whole: network.inputs },
        }
      : { ...report, path: '' };
    process.stdout.write(
      `${JSON.stringify({ ...numbers, network: networkDigest(network), seconds, ...stamp('check') })}\n`,
    );
  } else if (report.accepted) {
    const { cells, betti, flats, covers, symmetries, sha256 } = report;
    process.stdout.write(
      table([
        ['accepted', `${certificate}, sha256 ${sha256}`],
        ['network', `${file}: ${shapeOf(network)}, digest ${networkDigest(network)}`],
        ['domain', `R^${network.inputs} (the whole space)`],
        ['cells', `${grouped(cells)} (proved)`],
        ['Betti', betti.map(grouped).join(' ')],
        [
          'verified',
          `${grouped(flats)} flats, ${grouped(covers)} covers, ${grouped(symmetries)} generators of symmetries`,
        ],
        ['time', showSeconds(seconds)],
      ]),
    );
  } else process.stdout.write(`${paint('refused:', 'red')} ${certificate}: ${report.reason}\n`);
  return report.accepted ? EXIT.ok : EXIT.refused;
}
