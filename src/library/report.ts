/**
 * The report about a network, for programs. Everything that makes one is loaded when the first one is asked for.
 */
import { readFile } from 'node:fs/promises';
import { jsonOfDomain } from '../formats/index.js';
import type { Network } from '../network/index.js';
import { packageFile, packageVersion } from '../package/index.js';
import type { Colouring } from '../report/picture/index.js';
import { type DomainLike, domainOf } from './domains.js';

export interface ReportRequest {
  /** What the network is called. Default: "network". */
  readonly name?: string;
  /** Where to write the certificate, if one is wanted. */
  readonly certificate?: string;
  /** What the colours of cells say. Default: `value`. */
  readonly colour?: Colouring;
  /** Look for neurons whose bends the outputs never see: costly. */
  readonly redundant?: boolean;
  readonly workers?: number;
  readonly signal?: AbortSignal;
}

/** A report in its forms. */
export interface ReportTexts {
  /** One page that needs nothing else. */
  readonly html: string;
  /** Everything that it says; `relu-atlas report` writes the same. */
  readonly json: string;
  readonly markdown: string;
  readonly text: string;
}

/**
 * Counts, proves and describes a network on a domain, as `relu-atlas report` does.
 *
 * @returns undefined if the signal was aborted
 * @throws DomainError, EngineError as `runCount`
 */
export async function report(
  network: Network,
  like: DomainLike,
  request: ReportRequest = {},
): Promise<ReportTexts | undefined> {
  const domain = domainOf(network, like);
  const [{ collect, composeReport, reportJson }, pages, script] = await Promise.all([
    import('../report/content/index.js'),
    import('../report/network/index.js'),
    readFile(packageFile('dist/report-client.js'), 'utf8'),
  ]);
  const { name = 'network', colour = 'value', ...rest } = request;
  const collected = await collect({ network, domain, ...rest });
  if (collected === undefined) return undefined;
  const certificate = request.certificate ?? 'net.cert';
  const content = composeReport(collected, {
    version: packageVersion(),
    file: name,
    slice: null,
    domainText: JSON.stringify(jsonOfDomain(domain)),
    domainSource: 'given',
    certificateFile: request.certificate ?? null,
    commands: {
      report: `relu-atlas report NET --domain DOMAIN.json`,
      certificate: `relu-atlas count NET --domain DOMAIN.json --certificate ${certificate}`,
      check: `relu-atlas check NET ${certificate}`,
    },
  });
  return {
    html: pages.reportHtml({
      report: content,
      pictures: pages.reportPictures(content, collected, { colouring: colour }),
      script,
    }),
    json: reportJson(content),
    markdown: pages.summaryMarkdown(content),
    text: pages.summaryText(content),
  };
}
