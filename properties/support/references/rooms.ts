/**
 * The rooms of src/, in the order in which they may import each other: a room imports only rooms above it, and of these only
 * the ones listed, each through its face.
 */

export interface Room {
  /** The folder below src/; rooms inside of rooms are rooms of their own. */
  readonly name: string;
  /** The rooms it may import from. */
  readonly from: readonly string[];
  /** The files that others may import, below the room's folder. Default: index.ts alone. */
  readonly faces?: readonly string[];
}

const MODEL = ['exact', 'network'];
const PROBLEM = [...MODEL, 'lp', 'problem'];
const WALK = [...PROBLEM, 'walk', 'engines'];
const ANALYSIS = ['analysis/cells', 'analysis/geometry', 'analysis/regions', 'analysis/function'];

export const ROOMS: readonly Room[] = [
  { name: 'package', from: [] },
  { name: 'wasm', from: [] },
  { name: 'exact', from: [] },
  { name: 'network', from: ['exact'] },
  { name: 'certificate', from: ['exact'] },
  { name: 'checker', from: [...MODEL, 'certificate'] },
  // It reads networks and certificates by itself: what it needs of others is the arithmetic of fractions.
  { name: 'plain', from: ['exact'] },
  { name: 'output', from: ['certificate'] },
  { name: 'jobs', from: [] },
  { name: 'formal', from: [...MODEL, 'certificate', 'checker'] },
  { name: 'checkpoint', from: ['output', 'jobs'] },
  { name: 'lp', from: ['exact'] },
  // GLPK takes longer to load than most counts.
  { name: 'lp/glpk', from: ['exact', 'lp'] },
  // JSON is validated by zod, which takes longer to load than most counts.
  { name: 'formats', from: MODEL, faces: ['index.ts', 'json/index.ts', 'hyperplanes/index.ts', 'tensors/numpy.ts'] },
  { name: 'problem', from: [...MODEL, 'certificate', 'lp'] },
  { name: 'walk', from: ['wasm', 'exact', 'problem'] },
  { name: 'chambers', from: ['wasm', ...PROBLEM, 'walk'] },
  { name: 'folding', from: ['exact', 'network', 'problem', 'walk', 'chambers'] },
  { name: 'engines/evidence', from: ['exact', 'lp', 'problem', 'walk'] },
  { name: 'engines/vertex', from: ['exact', 'certificate', 'lp', 'problem', 'walk', 'engines/evidence'] },
  { name: 'engines/planar', from: ['exact', 'certificate', 'problem', 'walk', 'engines/evidence'] },
  { name: 'engines/lp', from: ['exact', 'certificate', 'lp', 'walk', 'engines/evidence'] },
  { name: 'engines', from: ['network', 'lp', 'problem', 'walk', 'engines/vertex', 'engines/planar', 'engines/lp'] },
  {
    name: 'run',
    from: [
      'package',
      ...WALK,
      'chambers',
      'folding',
      'certificate',
      'checker',
      'output',
      'jobs',
      'checkpoint',
      'lp/glpk',
    ],
  },
  // The client is loaded when a queue is asked for.
  { name: 'queue', from: ['package', 'output', 'network', 'checker', 'engines', 'jobs', 'checkpoint', 'run'] },
  {
    name: 'verify',
    from: ['package', 'wasm', ...MODEL, 'certificate', 'checker', 'output', 'jobs', 'checkpoint', 'lp'],
  },
  { name: 'property', from: [...MODEL, 'certificate', 'checker', 'lp', 'formats', 'verify'] },
  { name: 'analysis/cells', from: WALK },
  { name: 'analysis/geometry', from: ['wasm', ...PROBLEM, 'walk', 'analysis/cells'] },
  { name: 'analysis/regions', from: [...PROBLEM, 'analysis/cells', 'analysis/geometry'] },
  { name: 'analysis/function', from: [...PROBLEM, 'walk', 'analysis/cells', 'analysis/geometry'] },
  // Writing needs Node and the Parquet library; records need neither.
  {
    name: 'analysis/files',
    from: ['package', ...PROBLEM, 'output', 'checkpoint', 'formats', 'walk', 'analysis/cells', 'analysis/geometry'],
    faces: ['index.ts', 'cells.ts'],
  },
  {
    name: 'analysis/threads',
    from: [
      'package',
      'jobs',
      'exact',
      'lp',
      'network',
      'problem',
      'walk',
      'engines',
      'analysis/cells',
      'analysis/geometry',
      'analysis/regions',
      'analysis/function',
      'analysis/files',
    ],
  },
  { name: 'analysis', from: [...ANALYSIS, 'analysis/files'] },
  {
    // Who checks evidence loads the validators of files; who computes a homology does not.
    name: 'topology',
    from: [...MODEL, 'checker', 'formats', 'problem', 'analysis/cells', 'analysis/geometry', 'analysis/function'],
    faces: ['index.ts', 'check-evidence.ts'],
  },
  {
    name: 'integral',
    from: [...MODEL, 'problem', 'analysis/cells', 'analysis/geometry', 'analysis/regions', 'analysis/function'],
  },
  { name: 'formula', from: [...MODEL, 'analysis/cells', 'analysis/geometry', 'analysis/function'] },
  { name: 'theory', from: [...PROBLEM, 'walk', 'engines/lp'] },
  { name: 'sampling', from: ['package', ...MODEL, 'analysis/regions', 'analysis/function', 'theory'] },
  { name: 'oracle/claims', from: [...MODEL, 'formats'] },
  {
    name: 'oracle/questions',
    from: [...MODEL, 'problem', 'walk', 'analysis/cells', 'analysis/files', 'analysis/geometry', 'analysis/function'],
  },
  {
    name: 'oracle/compare',
    from: [...WALK, 'formats', 'run', 'analysis/cells', 'analysis/geometry', 'analysis/threads', 'oracle/claims'],
  },
  {
    name: 'oracle/conformance',
    from: [
      'package',
      ...MODEL,
      'certificate',
      'checker',
      'formats',
      'engines',
      'analysis/cells',
      'analysis/regions',
      'analysis/function',
      'oracle/claims',
      'oracle/compare',
    ],
  },
  { name: 'oracle', from: ['oracle/claims', 'oracle/questions', 'oracle/compare', 'oracle/conformance'] },
  {
    name: 'answers',
    from: [
      ...MODEL,
      'chambers',
      'folding',
      'checker',
      'formats',
      'walk',
      'engines',
      'run',
      'analysis/cells',
      'analysis/geometry',
      'analysis/regions',
      'analysis/function',
      'topology',
      'integral',
      'oracle/questions',
    ],
  },
  {
    name: 'rpc',
    from: [
      'answers',
      'chambers',
      'output',
      'problem',
      'walk',
      'analysis/regions',
      'analysis/files',
      'package',
      ...MODEL,
      'formats',
      'engines',
      'run',
      'property',
      'analysis/cells',
      'analysis/geometry',
      'analysis/function',
      'oracle/claims',
      'oracle/questions',
      'topology',
      'integral',
      'formula',
      'oracle/compare',
    ],
  },
  { name: 'report/encoding', from: ['exact'] },
  { name: 'report/client', from: ['report/encoding'] },
  // PNG needs a renderer and a font: loaded when asked for.
  {
    name: 'report/picture',
    from: ['package', ...MODEL, 'problem', ...ANALYSIS, 'report/encoding'],
    faces: ['index.ts', 'pdf.ts', 'png.ts'],
  },
  {
    name: 'report/content',
    from: [
      ...MODEL,
      'formats',
      'problem',
      'walk',
      'run',
      ...ANALYSIS,
      'topology',
      'integral',
      'answers',
      'report/picture',
    ],
  },
  { name: 'report/page', from: ['report/encoding'] },
  {
    name: 'report/theory',
    from: [
      ...MODEL,
      'engines',
      'analysis/regions',
      'analysis/function',
      'theory',
      'report/encoding',
      'report/picture',
      'report/page',
    ],
  },
  // The page of a table loads the chart library; the table itself is text.
  { name: 'report/sampling', from: ['report/encoding'] },
  { name: 'report/table', from: ['report/encoding', 'report/page'], faces: ['index.ts', 'page.ts'] },
  // The pages of answers load the chart library; the table itself is text.
  {
    name: 'report/verification',
    from: ['exact', 'report/encoding', 'report/picture', 'report/page'],
    faces: ['index.ts', 'page.ts', 'report.ts', 'unsafe-svg.ts'],
  },
  {
    name: 'report/network',
    from: [...MODEL, 'formats', 'report/encoding', 'report/picture', 'report/content', 'report/page'],
  },
  { name: 'explorer/model', from: ['report/encoding'] },
  // The library in the worker of the explorer's page.
  {
    name: 'explorer/engine',
    from: [
      ...WALK,
      'checker',
      'formats',
      'run',
      ...ANALYSIS,
      'topology',
      'theory',
      'report/encoding',
      'report/picture',
      'explorer/model',
    ],
    faces: [],
  },
  { name: 'explorer/client', from: ['report/encoding', 'report/client', 'explorer/model'], faces: [] },
  { name: 'explorer/page', from: ['package', 'network'] },
  {
    name: 'library',
    from: [
      ...WALK,
      ...ANALYSIS,
      'package',
      'lp/glpk',
      'chambers',
      'folding',
      'formats',
      'run',
      'analysis/files',
      'topology',
      'integral',
      'formula',
      'sampling',
      'oracle/claims',
      'oracle/compare',
      'report/encoding',
      'report/picture',
      'report/content',
      'report/network',
    ],
    faces: ['index.ts', 'browser.ts'],
  },
  {
    name: 'cli',
    from: [
      'package',
      'plain',
      'checkpoint',
      'queue',
      ...WALK,
      'chambers',
      'output',
      'certificate',
      'checker',
      'formal',
      'formats',
      'run',
      'property',
      ...ANALYSIS,
      'analysis/files',
      'analysis/threads',
      'topology',
      'integral',
      'formula',
      'theory',
      'sampling',
      'oracle/claims',
      'oracle/compare',
      'oracle/conformance',
      'answers',
      'rpc',
      'report/picture',
      'report/content',
      'report/theory',
      'report/table',
      'report/sampling',
      'report/verification',
      'report/network',
      'explorer/page',
    ],
    faces: ['main.ts'],
  },
];

/** The room of a file of src/; undefined for those directly in src/, which may import everything. */
export function roomOf(file: string): Room | undefined {
  const inside = ROOMS.filter(({ name }) => file.startsWith(`src/${name}/`));
  return inside.sort((a, b) => b.name.length - a.name.length)[0];
}

/** The files by which a room is entered, as paths from the project's root. */
export function facesOf({ name, faces = ['index.ts'] }: Room): string[] {
  return faces.map((face) => `src/${name}/${face}`);
}
