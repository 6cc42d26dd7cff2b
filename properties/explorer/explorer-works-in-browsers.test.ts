/**
 * The explorer opens from disk in a browser, on a screen and on a phone, without a complaint: its counts are the library's on the same
 * weights, its certificate is accepted by the command line, every control does what it says, bad files get a sentence, a training that
 * diverges is said, and axe finds no serious fault, in light and dark.
 *
 * Skipped where no Chromium is installed. Screenshots are left in build/screenshots.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boundaryCurves } from '../../src/analysis/function/index.js';
import { examplesOf, trainingPlanOf } from '../../src/explorer/engine/run.js';
import { planeBox, trainedNetwork } from '../../src/explorer/engine/subject.js';
import {
  type ExplorerPlan,
  FIRST_PLAN,
  FIRST_STATE,
  hashOf,
  LESSONS,
  stateOf,
} from '../../src/explorer/model/index.js';
import {
  box,
  countRegions,
  levelSet,
  networkDigest,
  networkOnSlice,
  neuronFacts,
  rational,
  rationalFromDouble,
  readNetwork,
  sliceThrough,
} from '../../src/index.js';
import { train } from '../../src/theory/train.js';
import { npzBytes } from '../support/generators/npz.js';
import { chain, onnxBytes } from '../support/generators/onnx-models.js';
import { CHROMIUM, type Look, Reader, SKIPPED } from '../support/setup/browser.js';
import { atlas, ROOT, scratch } from '../support/setup/command.js';

const DEEP = process.env.RELU_ATLAS_DEEP !== undefined;
const SHOTS = join(ROOT, 'build/screenshots');
const SCREEN = { width: 1440, height: 1000 };
const PHONE = { width: 390, height: 844 };
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WINDOW = FIRST_STATE.window;

const role = (name: string) => `[data-role="${name}"]`;

/** A network with three inputs. */
const THREE = onnxBytes({
  nodes: chain(['Gemm', ['W', 'b']], ['Relu'], ['MatMul', ['V']]),
  weights: {
    W: { dims: [3, 4], values: [1, -1, 0.5, 2, 1, 2, -0.25, 1, -1, 0.5, 1, -2] },
    b: { dims: [4], values: [0, 0.125, -0.5, 0.25] },
    V: { dims: [4, 1], values: [1, 2, 3, -1] },
  },
  input: [1, 3],
});

/** The network of a plan after so many epochs, by the library alone. */
function networkOf(plan: ExplorerPlan, epochs: number) {
  const own = { ...trainingPlanOf(plan, plan.activation), epochs };
  return trainedNetwork(own, train(own, examplesOf(plan)).layers);
}

/** What the page shows for a plan at an epoch, by the library. */
function expectedOf(plan: ExplorerPlan, epochs: number) {
  const network = networkOf(plan, epochs);
  const domain = planeBox(WINDOW);
  const { cells, pieces, maps } = countRegions(network, domain);
  const curves = boundaryCurves(levelSet(network, domain, { output: 0, threshold: rational(0n, 1n) }));
  const corners = curves.reduce((sum, curve) => sum + curve.corners.length, 0);
  const dead = neuronFacts(network, domain).filter((neuron) => neuron.dead).length;
  return { network, counts: [cells, pieces, maps].map((count) => count.toLocaleString('en-US')), corners, dead };
}

/** A canvas, as far as it is looked at. */
interface Drawn {
  toDataURL(): string;
}

describe.skipIf(CHROMIUM === undefined)(`the explorer in a browser${SKIPPED}`, () => {
  const files = scratch();
  const html = join(files.path, 'explorer.html');
  let reader: Reader;

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    const { code, stderr } = await atlas(['explore', '--out', html]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    reader = await Reader.start();
  });
  afterAll(async () => {
    await reader?.end();
    files.dispose();
  });

  async function open(hash = '', look: Look = SCREEN) {
    const opened = await reader.open(`${html}${hash === '' ? '' : `#${hash}`}`, look);
    await opened.page.waitForSelector(`${role('counts')}:not(:empty)`);
    return opened;
  }

  const text = (page: Page, name: string) => page.locator(role(name)).first().textContent();
  const counts = (page: Page) => page.locator(`${role('counts')} .value`).allTextContents();
  const WAITS = { timeout: 60_000 };
  const atEpoch = (page: Page, epoch: number) =>
    expect.poll(() => text(page, 'epoch'), WAITS).toBe(`epoch ${epoch.toLocaleString('en-US')}`);

  /** Pieces, maps and neighbours come when the picture stands still. */
  const atRest = async (page: Page) => {
    await expect.poll(() => counts(page), WAITS).not.toEqual([]);
    await expect.poll(() => counts(page), WAITS).not.toContain('…');
  };

  /** What a click offers as a file. */
  async function taken(page: Page, name: string): Promise<{ readonly path: string; readonly file: string }> {
    const [download] = (await Promise.all([page.waitForEvent('download'), page.click(role(name))])) as [
      Download,
      undefined,
    ];
    const path = join(files.path, download.suggestedFilename());
    await download.saveAs(path);
    return { path, file: download.suggestedFilename() };
  }

  /** The state that the page puts into a link. */
  async function linked(page: Page) {
    await page.click(role('take-link'));
    await expect.poll(() => page.evaluate('location.hash'), WAITS).not.toBe('');
    const state = stateOf(await page.evaluate('location.hash'));
    await page.evaluate('history.replaceState(null, "", "#")');
    return state;
  }

  async function faultsOf(page: Page) {
    await page.evaluate(AXE);
    const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
      violations: { id: string; impact: string; nodes: { html: string }[] }[];
    };
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`);
  }

  test('is one file of less than 1.5 MB that holds no name of Node', () => {
    expect(statSync(html).size).toBeLessThan(1.5 * 2 ** 20);
    const engine = readFileSync(join(ROOT, 'dist/explorer-engine.js'), 'utf8');
    expect(engine).not.toMatch(/\brequire\(|["'`]node:|\bimport\s*[{*"']/);
  });

  test('trains, counts and proves what the library does on the same weights', async () => {
    const { page, complaints, close } = await open();
    const first = expectedOf(FIRST_PLAN, 0);
    expect((await counts(page)).slice(0, 3)).toEqual(first.counts);
    for (let k = 1; k <= 3; k++) {
      await page.click(role('step'));
      await atEpoch(page, k);
    }
    await page.click(role('run'));
    await expect.poll(async () => Number(await page.locator(role('time')).inputValue()), WAITS).toBeGreaterThan(6);
    await page.click(role('run'));
    // The epochs under way are shown before the page says that it rests.
    await page.waitForSelector(`${role('run')}[aria-pressed="false"]`);
    await atRest(page);
    const epoch = Number(await page.locator(role('time')).inputValue());
    const here = expectedOf(FIRST_PLAN, epoch);
    expect((await counts(page)).slice(0, 3)).toEqual(here.counts);
    expect(await text(page, 'boundary-said')).toContain(`${here.corners} corners`);
    expect(await text(page, 'neurons-said')).toContain(`${here.dead} dead`);
    expect(await text(page, 'exact-said')).toMatch(/^Exact: of [\d,]+ signs/);

    const json = await taken(page, 'take-json');
    const onnx = await taken(page, 'take-onnx');
    const certificate = await taken(page, 'take-certificate');
    for (const { path } of [json, onnx]) {
      expect(networkDigest((await readNetwork(path)).network)).toBe(networkDigest(here.network));
    }
    expect(await text(page, 'taken')).toContain(`accepts the certificate: exactly ${here.counts[0]} cells`);
    const checked = await atlas(['check', json.path, certificate.path, '--format=json']);
    expect(checked.code).toBe(0);
    expect(JSON.parse(checked.stdout)).toMatchObject({
      accepted: true,
      cells: Number(here.counts[0]!.replace(',', '')),
    });
    const svg = readFileSync((await taken(page, 'take-svg')).path, 'utf8');
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    const png = readFileSync((await taken(page, 'take-png')).path);
    expect(png.subarray(1, 4).toString()).toBe('PNG');

    // Back in time, to the same picture as before.
    await page.locator(role('time')).fill('2');
    await atEpoch(page, 2);
    expect((await counts(page)).slice(0, 3)).toEqual(expectedOf(FIRST_PLAN, 2).counts);
    await page.click(role('restart'));
    await atEpoch(page, 0);
    expect((await counts(page)).slice(0, 3)).toEqual(first.counts);
    expect(complaints).toEqual([]);
    await close();
  });

  test('every control does what it says: the state of the page is the one that was chosen', async () => {
    const { page, complaints, close } = await open();
    const stage = page.locator(`${role('main-stage')} canvas.scene`);
    /** The pixels of the picture: as told by the canvas, which is faster than photographing the page. */
    const pixels = () => stage.evaluate((canvas) => (canvas as unknown as Drawn).toDataURL());
    const changes = async (act: () => Promise<unknown>) => {
      const before = await pixels();
      await act();
      await expect.poll(async () => (await pixels()) === before, WAITS).toBe(false);
    };
    await atRest(page);
    for (const mode of ['class', 'layer', 'map', 'slope', 'none', 'value']) {
      await changes(() => page.locator(role('mode')).selectOption(mode));
    }
    for (const name of ['creases', 'boundary', 'points']) await changes(() => page.click(role(name)));
    await changes(() => page.click(role('zoom-in')));
    await changes(() => page.click(role('zoom-all')));
    await page.locator(role('layers')).fill('1');
    expect(await text(page, 'layers-told')).toMatch(/^1 of 2: 36 cells$/);
    await page.locator(role('window')).selectOption('12');
    await page.locator(role('data')).selectOption('xor');
    await page.locator(role('noise')).fill('20');
    await page.locator(role('points-count')).fill('100');
    await page.locator(role('data-seed')).fill('7');
    await page.locator(role('data-seed')).press('Enter');
    await page.locator(role('activation')).selectOption('leaky');
    await page.locator(role('slope')).fill('25');
    await page.click(role('add-layer'));
    await page.click(role('more-0'));
    await page.click(role('fewer-1'));
    await page.click(role('remove-2'));
    await page.locator(role('rate')).selectOption('0.1');
    await page.locator(role('l2')).selectOption('0.01');
    await page.locator(role('batch')).fill('20');
    await page.locator(role('seed')).fill('5');
    await page.locator(role('seed')).press('Enter');
    await page.locator(role('beside')).selectOption('absolute');
    await page.waitForSelector(`${role('beside-title')}:visible`);
    await page.locator(role('speed')).selectOption('5');
    await page.click(role('step'));
    await atEpoch(page, 1);
    const state = await linked(page);
    expect(state).toEqual({
      ...FIRST_STATE,
      plan: {
        data: 'xor',
        noise: 20,
        points: 100,
        dataSeed: 7,
        seed: 5,
        hidden: [9, 7],
        activation: 'leaky',
        slope: 0.25,
        rate: 0.1,
        batch: 20,
        l2: 0.01,
      },
      beside: 'absolute',
      epoch: 1,
      window: { x: [-12, 12], y: [-12, 12] },
      view: { ...FIRST_STATE.view, layers: 1, creases: false, boundary: false, points: false },
    });
    // The link opens what it was taken of.
    const told = await counts(page);
    const again = await open(hashOf(state));
    await atEpoch(again.page, 1);
    expect(await counts(again.page)).toEqual(told);
    expect([...complaints, ...again.complaints]).toEqual([]);
    await again.close();
    await close();
  });

  test('cells are told by pointer and by keys, neurons by their pre-activation', async () => {
    const { page, complaints, close } = await open();
    await atRest(page);
    const overlay = page.locator(`${role('main-stage')} ${role('picture')}`);
    const box = (await overlay.boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 3);
    await page.waitForSelector(role('exact-map'));
    const cell = () => page.locator(role('main-stage')).getAttribute('data-cell');
    const first = await cell();
    expect(await text(page, 'cell-number')).toBe(first);
    // Neighbours are told a moment after the cell.
    await page
      .locator(`${role('inspector')} [data-cell]`)
      .nth(1)
      .waitFor();
    const ways = await page
      .locator(`${role('inspector')} [data-cell]`)
      .evaluateAll((list) => list.map((element) => element.getAttribute('data-cell')));
    expect(ways.length).toBeGreaterThan(1);
    await overlay.focus();
    await page.mouse.move(2, 2);
    await page.keyboard.press('ArrowRight');
    expect(ways).toContain(await cell());
    await page.keyboard.press('Escape');
    expect(await cell()).toBe('');
    const stage = page.locator(`${role('main-stage')} canvas.scene`);
    const before = await stage.screenshot();
    await page.focus(role('neuron-0-3'));
    await expect.poll(() => text(page, 'main-title'), WAITS).toMatch(/neuron 0:3$/);
    await expect.poll(async () => before.equals(await stage.screenshot()), WAITS).toBe(false);
    await overlay.focus();
    await expect.poll(() => text(page, 'main-title'), WAITS).not.toMatch(/neuron/);
    expect(complaints).toEqual([]);
    await close();
  });

  test('networks of one’s own are opened, on planes through their inputs; bad files get a sentence', async () => {
    const { page, complaints, close } = await open();
    const give = (name: string, bytes: Uint8Array) =>
      page
        .locator(role('file'))
        .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });
    for (const [name, content, expected] of [
      ['broken.onnx', 'no ONNX at all', /broken\.onnx/],
      ['broken.json', '{"layers": 3', /JSON/],
      ['empty.nnet', '', /is empty/],
      ['picture.gif', 'GIF89a', /picture\.gif/],
    ] as const) {
      await give(name, Buffer.from(content));
      await page.waitForSelector(`${role('message')}:visible`);
      await expect.poll(() => text(page, 'message'), WAITS).toMatch(expected);
    }
    // The picture before is still there.
    expect(await page.locator(role('counts')).isVisible()).toBe(true);
    await give('three.onnx', THREE);
    await page.waitForSelector(role('file-name'));
    await expect.poll(async () => (await counts(page)).length, WAITS).toBe(3);
    const before = await counts(page);
    await page.locator(role('input-2')).fill('0.9');
    const state = await linked(page);
    expect(state.file?.plane).toMatchObject({ kind: 'inputs', free: [0, 1] });
    await page.locator(role('axis-0')).selectOption('2');
    await page.locator(role('plane-kind')).selectOption('points');
    await page.waitForSelector(role('points-editor'));
    const points = (await linked(page)).file!.plane;
    expect(points.kind).toBe('points');
    const certificate = await taken(page, 'take-certificate');
    const json = await taken(page, 'take-json');
    expect((await atlas(['check', json.path, certificate.path])).code).toBe(0);
    // The link holds the network itself.
    const again = await open(hashOf(state));
    await again.page.waitForSelector(role('file-name'));
    await expect.poll(async () => (await counts(again.page)).length, WAITS).toBe(3);
    await give('demo.json', readFileSync(join(ROOT, 'fixtures/networks/demo_2-8-8-1.json')));
    await expect.poll(() => text(page, 'file-name'), WAITS).toMatch(/^demo\.json/);
    const { network } = await readNetwork(join(ROOT, 'fixtures/networks/demo_2-8-8-1.json'));
    const { cells } = countRegions(network, planeBox({ x: [-1, 1], y: [-1, 1] }));
    await expect.poll(async () => (await counts(page))[0], WAITS).toBe(cells.toLocaleString('en-US'));
    expect(before).toHaveLength(3);
    await page.click(role('close-file'));
    await page.waitForSelector(`${role('run')}:visible`);
    expect([...complaints, ...again.complaints]).toEqual([]);
    await again.close();
    await close();
  });

  test('a plane is dragged by mouse, by finger and by keys, and shows the library’s partition of it', async () => {
    const { page, complaints, close } = await open();
    const file = join(files.path, 'three.onnx');
    writeFileSync(file, THREE);
    await page.locator(role('file')).setInputFiles(file);
    await page.waitForSelector(role('file-name'));
    // The other inputs' sliders: by keys.
    await page.focus(role('input-2'));
    for (let k = 0; k < 10; k++) await page.keyboard.press('ArrowRight');
    const { network } = await readNetwork(file);
    const shows = async (cells: number) =>
      expect.poll(async () => (await counts(page))[0], WAITS).toBe(cells.toLocaleString('en-US'));
    const inputs = (await linked(page)).file!.plane;
    if (inputs.kind !== 'inputs') throw new Error('expected two inputs');
    expect(inputs.values[2]).toBeGreaterThan(0);
    const third = rationalFromDouble(inputs.values[2]!);
    const one = rational(1n, 1n);
    const low = rational(-1n, 1n);
    await shows(countRegions(network, box([low, low, third], [one, one, third])).cells);

    await page.locator(role('plane-kind')).selectOption('points');
    await page.waitForSelector(role('points-editor'));
    const pointsOf = async () => {
      const { plane } = (await linked(page)).file!;
      if (plane.kind !== 'points') throw new Error('expected three points');
      return plane.points;
    };
    const placeOf = async (name: string) => {
      await page.locator(role(name)).scrollIntoViewIfNeeded();
      const { x, y, width, height } = (await page.locator(role(name)).boundingBox())!;
      return [x + width / 2, y + height / 2] as const;
    };
    const agrees = async () => {
      const slice = sliceThrough((await pointsOf()).map((point) => point.map(rationalFromDouble)));
      const on = networkOnSlice(network, slice);
      await shows(countRegions(on, planeBox({ x: [-0.5, 1.5], y: [-0.5, 1.5] })).cells);
    };
    const first = await pointsOf();
    const [x, y] = await placeOf('point-A-2');
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 3, y - 20, { steps: 4 });
    await page.mouse.up();
    const second = await pointsOf();
    expect(second[0][2]).toBeGreaterThan(first[0][2]!);
    expect([second[0].slice(0, 2), second[1], second[2]]).toEqual([first[0].slice(0, 2), first[1], first[2]]);
    await agrees();

    const touch = await page.context().newCDPSession(page);
    const [u, v] = await placeOf('point-C-1');
    const send = (type: string, points: readonly object[]) =>
      touch.send('Input.dispatchTouchEvent' as never, { type, touchPoints: points } as never);
    await send('touchStart', [{ x: u, y: v }]);
    for (const by of [6, 12, 18]) await send('touchMove', [{ x: u, y: v + by }]);
    await send('touchEnd', []);
    const touched = await pointsOf();
    expect(touched[2][1]).toBeLessThan(second[2][1]!);
    expect(touched[0]).toEqual(second[0]);
    await agrees();

    await page.focus(role('point-B-0'));
    await page.keyboard.press('PageDown');
    await page.keyboard.press('ArrowUp');
    const fourth = await pointsOf();
    expect(fourth[1][0]).toBeCloseTo(touched[1][0]! - 0.19, 5);
    expect(await page.locator(role('point-B-0')).getAttribute('aria-valuenow')).toBe(`${fourth[1][0]}`);
    await agrees();

    // Points on one line span no plane: that is said, and the next move mends it.
    await page.locator(role('point-text-A')).fill('0, 0, 0');
    await page.locator(role('point-text-B')).fill('0.5, 0.5, 0');
    await page.locator(role('point-text-C')).fill('1, 1, 0');
    await page.locator(role('point-text-C')).press('Tab');
    await page.waitForSelector(`${role('message')}:visible`);
    await page.locator(role('point-text-C')).fill('1, 1, 0.5');
    await page.locator(role('point-text-C')).press('Tab');
    await page.waitForSelector(role('message'), { state: 'hidden' });
    await agrees();
    expect(await faultsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.screenshot({ path: join(SHOTS, 'explorer-plane.png'), fullPage: true });
    await close();
  });

  test('.nnet, .npz and TensorFlow.js files are opened, dropped or chosen, and are what the library reads', async () => {
    const numbers = [1, 2, -3, 4, 0.5, -1, 2, -8, 0.25];
    const dense = (name: string, units: number, activation: string) => ({
      class_name: 'Dense',
      config: { name, units, activation, use_bias: true, batch_input_shape: [null, 2] },
    });
    const shapes = { 'd/kernel': [2, 2], 'd/bias': [2], 'e/kernel': [2, 1], 'e/bias': [1] };
    const model = {
      format: 'layers-model',
      modelTopology: {
        model_config: {
          class_name: 'Sequential',
          config: { name: 's', layers: [dense('d', 2, 'relu'), dense('e', 1, 'linear')] },
        },
      },
      weightsManifest: [
        {
          paths: ['shard.bin'],
          weights: Object.entries(shapes).map(([name, shape]) => ({ name, shape, dtype: 'float32' })),
        },
      ],
    };
    const nnet = join(files.path, 'demo.nnet');
    expect((await atlas(['convert', 'fixtures/networks/demo_2-8-8-1.json', nnet])).code).toBe(0);
    const write = (name: string, content: string | Uint8Array) => {
      writeFileSync(join(files.path, name), content);
      return join(files.path, name);
    };
    const own = [
      [nnet],
      [
        write(
          'net.npz',
          npzBytes({
            W1: { shape: [2, 2], values: numbers.slice(0, 4) },
            b1: { shape: [2], values: numbers.slice(4, 6) },
            W2: { shape: [2, 1], values: numbers.slice(6, 8) },
            b2: { shape: [1], values: numbers.slice(8) },
          }),
        ),
      ],
      [
        write('model.json', JSON.stringify(model)),
        write('shard.bin', new Uint8Array(Float32Array.from(numbers).buffer)),
      ],
    ];
    const { page, complaints, close } = await open();
    const drop = (paths: readonly string[]) => {
      const given = paths.map((path) => [path.split('/').at(-1)!, [...readFileSync(path)]] as const);
      return page.evaluate(`{
        const data = new DataTransfer();
        for (const [name, bytes] of ${JSON.stringify(given)}) data.items.add(new File([Uint8Array.from(bytes)], name));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      }`);
    };
    for (const give of [drop, (paths: readonly string[]) => page.locator(role('file')).setInputFiles([...paths])]) {
      for (const paths of own) {
        await give(paths);
        await expect.poll(() => text(page, 'file-name'), WAITS).toContain(paths[0]!.split('/').at(-1)!);
        await expect.poll(async () => (await counts(page)).length, WAITS).toBe(3);
        const { network } = await readNetwork(paths[0]!);
        const { path } = await taken(page, 'take-json');
        expect(networkDigest((await readNetwork(path)).network)).toBe(networkDigest(network));
      }
    }
    expect(complaints).toEqual([]);
    await close();
  });

  test('a training that diverges is said, and keeps its last picture', async () => {
    const plan: ExplorerPlan = { ...FIRST_PLAN, data: 'sine', rate: 10, activation: 'leaky', hidden: [4, 4] };
    const { page, complaints, close } = await open(hashOf({ ...FIRST_STATE, plan, epoch: 300 }));
    await page.waitForSelector(`${role('message')}:visible`);
    expect(await text(page, 'message')).toMatch(/^Training diverged after epoch \d+: .*lower the learning rate\.$/);
    expect(await page.locator(role('count-cells')).isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each([
    ['light', false],
    ['dark', true],
  ] as const)('the lessons, in the %s: no serious fault that axe finds', async (name, dark) => {
    const { page, complaints, close } = await open('', { ...SCREEN, dark });
    for (const [k, { title }] of LESSONS.entries()) {
      // In the dark they say the same: one of them is looked at.
      if (!DEEP && dark && k !== 4) continue;
      await page.click(role(`lesson-${k}`));
      await page.waitForSelector(`${role('lesson-card')}:visible`);
      expect(await text(page, 'lesson-card')).toContain(title);
      if (DEEP || k === 4) {
        await page.waitForTimeout(DEEP ? 2500 : 300);
        expect(await faultsOf(page)).toEqual([]);
        await page.screenshot({ path: join(SHOTS, `explorer-lesson-${k + 1}-${name}.png`) });
      }
    }
    expect(complaints).toEqual([]);
    await close();
  });

  test('on a phone nothing is wider than the screen, a touch tells, and axe finds no serious fault', async () => {
    const { page, complaints, close } = await open('', PHONE);
    await atRest(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width);
    const overlay = page.locator(`${role('main-stage')} ${role('picture')}`);
    await overlay.scrollIntoViewIfNeeded();
    const box = (await overlay.boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    expect(await text(page, 'cell-number')).not.toBe('');
    expect(await faultsOf(page)).toEqual([]);
    await page.screenshot({ path: join(SHOTS, 'explorer-phone.png'), fullPage: true });
    // An open lesson leaves the whole picture in sight.
    for (const k of LESSONS.keys()) {
      await page.click(role(`lesson-${k}`));
      await page.waitForSelector(`${role('lesson-card')}:visible`);
      await page.evaluate('scrollTo(0, 0)');
      const stage = (await page.locator(role('main-stage')).boundingBox())!;
      expect(stage.y + stage.height).toBeLessThanOrEqual(PHONE.height);
    }
    expect(await faultsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  test('the theme is chosen, and a network that the command was given is open', async () => {
    const own = join(files.path, 'own.html');
    const { code } = await atlas(['explore', 'fixtures/networks/demo_2-8-8-1.json', '--out', own]);
    expect(code).toBe(0);
    const { page, complaints, close } = await reader.open(own, SCREEN);
    await page.waitForSelector(role('file-name'));
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await paper()).toBe('rgb(255, 255, 255)');
    await page.click(role('theme'));
    await page.click(role('theme'));
    expect(await paper()).toBe('rgb(17, 22, 27)');
    await page.screenshot({ path: join(SHOTS, 'explorer-own-dark.png') });
    expect(complaints).toEqual([]);
    await close();
  });

  test.skipIf(!DEEP)('a film is a WebM, and a zip of PNGs (npm run test:deep)', async () => {
    const { page, complaints, close } = await open();
    await page.click(role('film'));
    await expect.poll(async () => Number(await page.locator(role('time')).inputValue()), WAITS).toBeGreaterThan(10);
    const film = readFileSync((await taken(page, 'film')).path);
    expect([...film.subarray(0, 4)]).toEqual([0x1a, 0x45, 0xdf, 0xa3]);
    // It plays, in the size of the picture, and shows different pictures.
    const blank = await reader.browser.newPage();
    const seen = (await blank.evaluate(`new Promise((resolve, reject) => {
      const video = document.createElement('video');
      const canvas = document.createElement('canvas');
      const pictures = new Set();
      video.muted = true;
      video.onerror = () => reject(new Error(video.error.message));
      const look = () => {
        canvas.width = video.videoWidth;
        canvas.height = video.videoHeight;
        const context = canvas.getContext('2d');
        context.drawImage(video, 0, 0);
        pictures.add(canvas.toDataURL());
        video.requestVideoFrameCallback(look);
      };
      video.requestVideoFrameCallback(look);
      video.onended = () => resolve({ width: video.videoWidth, pictures: pictures.size });
      video.src = 'data:video/webm;base64,${film.toString('base64')}';
      video.play();
    })`)) as { width: number; pictures: number };
    await blank.close();
    const width = Number(await page.locator(`${role('main-stage')} canvas.scene`).getAttribute('width'));
    expect(Math.abs(seen.width - width)).toBeLessThan(2);
    expect(seen.pictures).toBeGreaterThan(3);

    const zip = unzipSync(readFileSync((await taken(page, 'frames')).path));
    const names = Object.keys(zip);
    expect(names).toHaveLength(60);
    expect(names.slice(0, 2)).toEqual(['epoch-0000.png', 'epoch-0001.png']);
    const pictures = Object.values(zip).map((bytes) => Buffer.from(bytes));
    for (const picture of pictures) {
      expect(picture.subarray(1, 4).toString()).toBe('PNG');
      // The header's width, and the end of the file.
      expect(picture.readUInt32BE(16)).toBe(width);
      expect(picture.subarray(-8, -4).toString()).toBe('IEND');
    }
    expect(new Set(pictures.map((picture) => picture.toString('base64'))).size).toBeGreaterThan(50);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('relu-atlas explore', () => {
  const files = scratch();
  afterAll(() => files.dispose());

  test.each([
    [['explore', 'no-such.onnx'], /no-such\.onnx: no such file/],
    [['explore', '--out', 'package.json'], /package\.json/],
    [['explore', 'fixtures/networks/demo_2-8-8-1.json', '--out', 'fixtures/networks/demo_2-8-8-1.json'], /is an input/],
  ] as const)('%j is refused in one line', async (args, expected) => {
    const { code, stderr } = await atlas([...args]);
    expect(code).toBeGreaterThan(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(expected);
  });

  test('says what it wrote, and writes the same bytes again', async () => {
    const [one, two] = ['one.html', 'two.html'].map((name) => join(files.path, name)) as [string, string];
    const { stdout } = await atlas(['explore', '--out', one, '--format=json']);
    expect(JSON.parse(stdout)).toMatchObject({ file: one, bytes: statSync(one).size });
    await atlas(['explore', '--out', two]);
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
  });
});
