/**
 * The page with the scripts that the build has made.
 */
import { readFile } from 'node:fs/promises';
import { packageFile } from '../../package/index.js';
import { type ExplorerParts, explorerPage } from './page.js';

const PARTS = ['explorer-client.js', 'explorer-engine.js', 'explorer-client-notices.md', 'explorer-engine-notices.md'];

const built = (name: string) => readFile(packageFile(`dist/${name}`), 'utf8');

/** The HTML of the explorer. @throws an error of the file system if the package is not built */
export async function explorerHtml(network?: ExplorerParts['network']): Promise<string> {
  const [client, engine, ...notices] = await Promise.all(PARTS.map(built));
  return explorerPage({ client: client!, engine: engine!, notices: notices.join('\n'), ...(network && { network }) });
}
