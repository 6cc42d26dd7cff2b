/**
 * The records of a file that has been accepted by the checker.
 */
import {
  type CertificateHeader,
  type CertificateRecord,
  LIMITS,
  RecordReader,
  VerificationReader,
  type VerificationRecord,
} from '../certificate/index.js';
import { takeContent } from '../checker/index.js';

/**
 * Reads a file from beginning to end.
 *
 * @param begin takes the header and says how many numbers a witness has
 */
export async function readCertificate(
  file: string,
  begin: (header: CertificateHeader) => number,
  take: (record: CertificateRecord) => void,
): Promise<void> {
  const reader = new RecordReader();
  let coordinates: number | undefined;
  let ended = false;
  const read = () => {
    if (coordinates === undefined) {
      const line = reader.line(LIMITS.header);
      if (line === undefined) return;
      coordinates = begin(JSON.parse(line) as CertificateHeader);
    }
    while (!ended) {
      const record = reader.record(coordinates);
      if (record === undefined) return;
      if (record.kind === 'end') ended = true;
      else take(record);
    }
  };
  await takeContent(file, (piece) => {
    reader.append(piece);
    read();
  });
}

/**
 * Reads the proof of a query from beginning to end.
 *
 * @param open says how many disjuncts are open where the next record belongs to
 */
export async function readVerification(
  file: string,
  open: () => number,
  take: (record: VerificationRecord) => void,
): Promise<void> {
  const reader = new VerificationReader();
  let begun = false;
  let ended = false;
  await takeContent(file, (piece) => {
    reader.append(piece);
    if (!begun) begun = reader.line(LIMITS.question) !== undefined;
    while (begun && !ended) {
      const record = reader.record(open());
      if (record === undefined) return;
      if (record.kind === 'end') ended = true;
      else take(record);
    }
  });
}
