/**
 * Start, stop, step, and back in time.
 */
import { grouped } from '../../report/client/index.js';
import { button, choice, make } from './element.js';

export interface TransportEvents {
  readonly run: () => void;
  readonly pause: () => void;
  readonly restart: () => void;
  readonly seek: (epoch: number) => void;
}

/** Epochs per picture. */
const SPEEDS = ['1', '2', '5', '10', '50'] as const;

export class Transport {
  private readonly toggle: HTMLButtonElement;
  private readonly time = make('input', { name: 'time', label: 'epoch' });
  private readonly told = make('output', { class: 'epoch', name: 'epoch' });
  private running = false;
  private epoch = 0;
  /** The furthest epoch that was seen. */
  private furthest = 1;
  speed = 1;
  readonly element: HTMLElement;

  constructor(events: TransportEvents) {
    this.toggle = button('▶ Run', 'run', () => (this.running ? events.pause() : events.run()));
    this.toggle.classList.add('primary');
    this.time.type = 'range';
    this.time.min = '0';
    this.time.addEventListener('input', () => events.seek(Number(this.time.value)));
    const speeds = SPEEDS.map((speed) => [speed, `${speed} per picture`] as const);
    const speed = choice<string>('Epochs', 'speed', speeds, (chosen) => {
      this.speed = Number(chosen);
    });
    this.element = make(
      'div',
      { class: 'transport', role: 'group', label: 'Training' },
      this.toggle,
      button('↺', 'restart', () => events.restart(), 'back to epoch 0'),
      button('‹', 'back', () => events.seek(Math.max(0, this.epoch - 1)), 'one epoch back'),
      button('›', 'step', () => events.seek(this.epoch + 1), 'one epoch on'),
      this.told,
      this.time,
      speed.element,
    );
  }

  reset(): void {
    this.furthest = 1;
  }

  /** The epoch alone. */
  tell(epoch: number): void {
    this.epoch = epoch;
    this.furthest = Math.max(this.furthest, epoch);
    const text = `epoch ${grouped(epoch)}`;
    if (this.told.textContent !== text) this.told.textContent = text;
  }

  show(epoch: number, running: boolean): void {
    this.running = running;
    this.tell(epoch);
    this.time.max = `${this.furthest}`;
    this.time.value = `${epoch}`;
    this.toggle.textContent = running ? '❚❚ Pause' : '▶ Run';
    this.toggle.setAttribute('aria-pressed', `${running}`);
  }
}
