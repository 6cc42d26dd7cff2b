/**
 * Elements in one expression.
 */

type Child = Node | string | undefined;

interface Properties {
  readonly class?: string;
  readonly text?: string;
  readonly html?: string;
  readonly role?: string;
  readonly label?: string;
  readonly title?: string;
  readonly hidden?: boolean;
  /** data-role: by which scripts and tests find it. */
  readonly name?: string;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  { class: classes, text, html, role, label, title, hidden, name }: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (classes !== undefined) element.className = classes;
  if (text !== undefined) element.textContent = text;
  if (html !== undefined) element.innerHTML = html;
  if (role !== undefined) element.setAttribute('role', role);
  if (label !== undefined) element.setAttribute('aria-label', label);
  if (title !== undefined) element.title = title;
  if (hidden === true) element.hidden = true;
  if (name !== undefined) element.dataset.role = name;
  for (const child of children) if (child !== undefined) element.append(child);
  return element;
}

export function button(text: string, name: string, act: () => void, label?: string): HTMLButtonElement {
  // Of a sign the label is the name; of words it only explains them.
  const isSign = !/\w\w/.test(text);
  const element = make('button', {
    text,
    name,
    ...(label !== undefined && { title: label, ...(isSign && { label }) }),
  });
  element.type = 'button';
  element.addEventListener('click', act);
  return element;
}

export interface Field<Value> {
  readonly element: HTMLElement;
  set(value: Value): void;
}

/** A label above or beside a control. */
function labelled(text: string, control: HTMLElement, told?: HTMLElement): HTMLLabelElement {
  return make('label', { class: 'field' }, make('span', { class: 'field-name' }, text, told), control);
}

export function choice<Value extends string>(
  text: string,
  name: string,
  options: readonly (readonly [Value, string])[],
  change: (value: Value) => void,
): Field<Value> {
  const select = make('select', { name });
  for (const [value, shown] of options) select.append(new Option(shown, value));
  select.addEventListener('change', () => change(select.value as Value));
  return {
    element: labelled(text, select),
    set: (value) => {
      select.value = value;
    },
  };
}

export function tick(text: string, name: string, change: (checked: boolean) => void): Field<boolean> {
  const box = make('input', { name });
  box.type = 'checkbox';
  box.addEventListener('change', () => change(box.checked));
  return {
    element: make('label', { class: 'tick' }, box, make('span', { text })),
    set: (value) => {
      box.checked = value;
    },
  };
}

interface Range {
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly shown?: (value: number) => string;
}

/** A slider that tells its value. */
export function slider(
  text: string,
  name: string,
  { low, high, step, shown = String }: Range,
  change: (value: number) => void,
): Field<number> {
  const input = make('input', { name });
  input.type = 'range';
  input.min = `${low}`;
  input.max = `${high}`;
  input.step = `${step}`;
  const told = make('output', { class: 'told' });
  const tell = (value: number) => {
    told.textContent = shown(value);
    input.setAttribute('aria-valuetext', shown(value));
  };
  input.addEventListener('input', () => {
    tell(Number(input.value));
    change(Number(input.value));
  });
  return {
    element: labelled(text, input, told),
    set: (value) => {
      input.value = `${value}`;
      tell(value);
    },
  };
}

/** A whole number to type. */
export function whole(
  text: string,
  name: string,
  { low, high }: { readonly low: number; readonly high: number },
  change: (value: number) => void,
): Field<number> {
  const input = make('input', { name });
  input.type = 'number';
  input.min = `${low}`;
  input.max = `${high}`;
  input.step = '1';
  let last = low;
  input.addEventListener('change', () => {
    const value = Math.round(Number(input.value));
    const good = input.value !== '' && value >= low && value <= high;
    input.value = `${good ? value : last}`;
    if (good && value !== last) change((last = value));
  });
  return {
    element: labelled(text, input),
    set: (value) => {
      last = value;
      // What is being typed stays.
      if (document.activeElement !== input) input.value = `${value}`;
    },
  };
}

/** Offers bytes as a file. */
export function download(name: string, type: string, bytes: BlobPart): void {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const link = make('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
