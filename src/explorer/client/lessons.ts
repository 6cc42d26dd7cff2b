/**
 * The guided stops above the picture.
 */
import { LESSONS } from '../model/index.js';
import { button, make } from './element.js';

export class Lessons {
  private readonly list = make('div', { class: 'lesson-list', role: 'group', label: 'Seven lessons' });
  private readonly card = make('div', { class: 'lesson-card', hidden: true, name: 'lesson-card' });
  readonly element = make('section', { class: 'lessons', label: 'Lessons' }, this.list, this.card);
  private readonly buttons: readonly HTMLButtonElement[];

  constructor(private readonly go: (lesson: number | undefined) => void) {
    this.buttons = LESSONS.map(({ title }, k) => {
      const element = button('', `lesson-${k}`, () => this.go(k));
      element.append(make('span', { class: 'lesson-number', text: `${k + 1}` }), make('span', { text: title }));
      element.className = 'lesson';
      return element;
    });
    this.list.append(...this.buttons);
  }

  show(lesson: number | undefined): void {
    for (const [k, element] of this.buttons.entries()) element.setAttribute('aria-pressed', `${k === lesson}`);
    const own = lesson === undefined ? undefined : LESSONS[lesson];
    this.card.hidden = own === undefined;
    if (own === undefined || lesson === undefined) return;
    const next =
      lesson + 1 < LESSONS.length ? button('Next lesson ›', 'next-lesson', () => this.go(lesson + 1)) : undefined;
    this.card.replaceChildren(
      make(
        'div',
        { class: 'lesson-text' },
        make('h2', { text: `${lesson + 1}. ${own.title}` }),
        make('p', { class: 'claim', text: own.claim }),
        make('p', { text: own.look }),
        make('p', { class: 'note' }, 'The theorem is held by ', make('code', { text: own.theorem }), '.'),
      ),
      make(
        'div',
        { class: 'lesson-buttons' },
        next,
        button('Close', 'close-lesson', () => this.go(undefined)),
      ),
    );
    this.buttons[lesson]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
}
