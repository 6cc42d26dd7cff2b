/**
 * The domain that a certificate must be about.
 */
import type { NetworkFile } from '../../formats/index.js';
import type { Domain } from '../../network/index.js';
import { showDomain } from '../output/text.js';
import { chooseDomains, type DomainOptions } from './domain.js';

/** The domains that the user states, if any: the certificate must be about one of them. */
export async function expectedDomains(
  file: string,
  net: NetworkFile,
  options: DomainOptions,
): Promise<Domain[] | undefined> {
  const { box, domain, whole } = options;
  if (box === undefined && domain === undefined && whole !== true) return undefined;
  return (await chooseDomains(file, net, options)).map((chosen) => chosen.domain);
}

/** What to say of a certificate about another domain. */
export const otherDomain = (domain: Domain, expected: readonly Domain[]) =>
  `the certificate is about another domain: ${showDomain(domain)}, not ${showDomain(expected[0]!)}`;
