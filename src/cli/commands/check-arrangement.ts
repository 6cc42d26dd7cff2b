/**
 * `relu-atlas check` of certificates of arrangements.
 */
import { jsonOfArrangementCheck } from '../../answers/index.js';
import { holdsHyperplanes } from '../../formats/hyperplanes/index.js';
import { type ArrangementVerdict, checkOfArrangement } from '../../run/index.js';
import { type ArrangementOptions, readArrangement } from '../options/arrangement.js';
import { counted, grouped } from '../output/text.js';
import {
  type CheckAtOnceOptions,
  type CheckedSubject,
  checkAtOnce,
  type KindOfCertificate,
  networkOf,
} from './check-at-once.js';

interface Options extends CheckAtOnceOptions, ArrangementOptions {}

type Accepted = Extract<ArrangementVerdict, { readonly accepted: true }>;

const OF_AN_ARRANGEMENT: KindOfCertificate<Accepted> = {
  name: 'of an arrangement',
  check: checkOfArrangement,
  json: jsonOfArrangementCheck,
  rows: (verdict) => [
    ['cells', `${grouped(verdict.cells)} (proved)`],
    ['Betti', verdict.betti.map(grouped).join(' ')],
    ['verified', verifiedOf(verdict)],
  ],
};

export function checkArrangementOf(file: string, certificate: string, options: Options): Promise<number> {
  return checkAtOnce(file, certificate, options, () => subjectOf(file, options), OF_AN_ARRANGEMENT);
}

/** The network that the certificate is about: of a network file, or of hyperplanes. A .json may be either. */
async function subjectOf(file: string, options: Options): Promise<CheckedSubject> {
  const hyperplanes = async () => ({ net: (await readArrangement(file, options)).net, readAs: 'hyperplanes' }) as const;
  if (holdsHyperplanes(file) || options.central === true) return hyperplanes();
  try {
    return await networkOf(file, options);
  } catch (error) {
    const read = await hyperplanes().catch(() => undefined);
    if (read === undefined) throw error;
    return read;
  }
}

function verifiedOf(report: Accepted): string {
  const { flats, covers, symmetries } = report;
  const byRanks = `${grouped(flats)} flats, ${grouped(covers)} covers, ${grouped(symmetries)} generators of symmetries`;
  if (!('points' in report)) return byRanks;
  const bySigns = `${counted(report.points, 'point')} inside, ${counted(report.combinations, 'combination')} of walls`;
  return flats > 0 ? `${bySigns}, ${byRanks}` : bySigns;
}
