/**
 * The controls above a picture.
 */
import type { PlanarHeader } from '../encoding/index.js';
import type { Mode } from './colours.js';
import { grouped } from './numbers.js';

export interface Settings {
  mode: Mode;
  output: number;
  layers: number;
  creases: boolean;
  boundary: boolean;
  /** Whether loops and components are told, and whether they are shown. */
  cycles: boolean;
  /** Whether there are data points, and whether they are shown. */
  points: boolean;
}

export interface Controls {
  readonly element: HTMLElement;
  /** Says how many cells there are. */
  tell(layers: number, cells: number): void;
}

const MODES: readonly (readonly [Mode, string])[] = [
  ['value', 'value'],
  ['map', 'affine map'],
  ['slope', 'length of the gradient'],
  ['layer', 'last layer'],
  ['class', 'class'],
  ['none', 'nothing (creases by layer)'],
];

function labelled(text: string, control: HTMLElement): HTMLLabelElement {
  const label = document.createElement('label');
  label.append(`${text} `, control);
  return label;
}

function choice(options: readonly (readonly [string, string])[], chosen: string, change: (value: string) => void) {
  const select = document.createElement('select');
  for (const [value, text] of options) select.append(new Option(text, value, false, value === chosen));
  select.addEventListener('change', () => change(select.value));
  return select;
}

function tick(checked: boolean, change: (checked: boolean) => void): HTMLInputElement {
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.checked = checked;
  box.addEventListener('change', () => change(box.checked));
  return box;
}

function button(text: string, label: string, act: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = text;
  element.setAttribute('aria-label', label);
  element.title = label;
  element.addEventListener('click', act);
  return element;
}

export function makeControls(
  header: PlanarHeader,
  settings: Settings,
  { change, zoom }: { change: () => void; zoom: (factor: number) => void },
): Controls {
  const element = document.createElement('div');
  element.className = 'controls screen-only';
  const outputs = Array.from({ length: header.outputs }, (_, k) => [`${k}`, `output ${k}`] as const);
  const output = labelled(
    'of',
    choice(outputs, `${settings.output}`, (value) => {
      settings.output = Number(value);
      change();
    }),
  );
  const showOutput = () => {
    output.hidden = header.outputs === 1 || settings.mode !== 'value';
  };
  const mode = choice(MODES, settings.mode, (value) => {
    settings.mode = value as Mode;
    showOutput();
    change();
  });
  mode.dataset.role = 'mode';
  const switchOf = (text: string, key: 'creases' | 'boundary' | 'cycles' | 'points') =>
    labelled(
      text,
      tick(settings[key], (checked) => {
        settings[key] = checked;
        change();
      }),
    );
  const depth = header.widths.length;
  const slider = document.createElement('input');
  slider.type = 'range';
  slider.min = '1';
  slider.max = `${depth}`;
  slider.value = `${settings.layers}`;
  slider.dataset.role = 'layers';
  slider.addEventListener('input', () => {
    settings.layers = Number(slider.value);
    change();
  });
  const told = document.createElement('output');
  const layers = labelled('Layers', slider);
  layers.append(' ', told);
  layers.hidden = depth < 2;
  element.append(
    labelled('Colour by', mode),
    output,
    layers,
    switchOf('creases', 'creases'),
    switchOf('decision boundary', 'boundary'),
  );
  if (settings.cycles) element.append(switchOf('holes and components', 'cycles'));
  if (settings.points) element.append(switchOf('points', 'points'));
  const zooms = document.createElement('span');
  zooms.className = 'zooms';
  zooms.append(
    button('+', 'zoom in', () => zoom(2)),
    button('−', 'zoom out', () => zoom(0.5)),
    button('⟲', 'show everything', () => zoom(0)),
  );
  element.append(zooms);
  showOutput();
  return {
    element,
    tell: (count, cells) => {
      told.textContent = `${count} of ${depth}: ${grouped(cells)} cells`;
      slider.setAttribute('aria-valuetext', told.textContent);
    },
  };
}
