/**
 * Starts the page.
 */
import { stateOf } from '../model/index.js';
import { App, type GivenFile } from './app.js';
import { make } from './element.js';
import { Engine } from './engine.js';
import { bytesOfBase64 } from './pack.js';

/** The network that the command line put into the page. */
function givenFile(): GivenFile | undefined {
  const text = document.getElementById('network')?.textContent;
  if (text === undefined || text === null) return undefined;
  const { name, files } = JSON.parse(text) as { name: string; files: Record<string, string> };
  const contents = Object.entries(files).map(([key, content]) => [key, bytesOfBase64(content)] as const);
  return { name, bytes: contents[0]![1], files: new Map(contents.slice(1)) };
}

const root = document.getElementById('app')!;
const engine = new Engine(document.getElementById('engine')!.textContent!, (reason) => {
  root.prepend(
    make('p', { class: 'message', role: 'alert', text: `The engine has stopped: ${reason}. Load the page again.` }),
  );
});
const app = new App(root, engine);
const open = (given: GivenFile | undefined) => void app.open(stateOf(location.hash), given);
open(location.hash === '' ? givenFile() : undefined);
window.addEventListener('hashchange', () => open(undefined));
