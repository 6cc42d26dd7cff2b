/**
 * What can be taken away: the network, its certificate, pictures, a film, a link.
 */
import { grouped, shown } from '../../report/client/index.js';
import type { CertificateFile } from '../model/index.js';
import { button, make } from './element.js';

export interface TakeAwayEvents {
  readonly export: (what: 'json' | 'onnx' | 'svg') => void;
  readonly certificate: () => void;
  readonly png: () => void;
  /** Begins a film, or ends it. */
  readonly film: () => void;
  readonly frames: () => void;
  readonly link: () => void;
}

export class TakeAway {
  private readonly said = make('p', { class: 'note said', role: 'status', name: 'taken' });
  private readonly film: HTMLButtonElement;
  readonly element: HTMLElement;

  constructor(events: TakeAwayEvents) {
    this.film = button('Film (WebM)', 'film', events.film, 'record the run as a film');
    const frames = button(
      'Film (PNGs)',
      'frames',
      events.frames,
      'the next pictures of the run, as PNG files in a zip',
    );
    if (typeof MediaRecorder === 'undefined') this.film.hidden = true;
    this.element = make(
      'section',
      { class: 'panel take', label: 'Take away' },
      make('h2', { text: 'Take away' }),
      make(
        'div',
        { class: 'take-buttons' },
        button('JSON', 'take-json', () => events.export('json'), 'the network as relu-atlas JSON'),
        button('ONNX', 'take-onnx', () => events.export('onnx'), 'the network as ONNX'),
        button('Certificate', 'take-certificate', events.certificate, 'the proof of the count, checked here'),
        button('SVG', 'take-svg', () => events.export('svg'), 'the picture as SVG'),
        button('PNG', 'take-png', events.png, 'the picture as PNG'),
        this.film,
        frames,
        button('Link', 'take-link', events.link, 'a link that holds everything'),
      ),
      this.said,
    );
  }

  say(text: string): void {
    this.said.textContent = text;
  }

  recording(active: boolean): void {
    this.film.textContent = active ? '■ Stop the film' : 'Film (WebM)';
    this.film.classList.toggle('is-recording', active);
  }

  sayCertificate({ accepted, cells, reason, bytes, milliseconds }: CertificateFile): void {
    const size = `${grouped(Math.ceil(bytes.length / 1024))} kB`;
    this.say(
      accepted
        ? `The checker accepts the certificate: exactly ${grouped(cells)} cells (${size}, ${shown(milliseconds / 1000, 2)} s). The command line agrees: relu-atlas check network.json partition.cert`
        : `The checker refuses the certificate: ${reason}`,
    );
  }
}
