/**
 * The run as a film: a stream of the canvas, or pictures one by one.
 */
import { zipSync } from 'fflate';
import { download } from './element.js';

const RATE = 30;
const TYPES = ['video/webm;codecs=vp9', 'video/webm;codecs=vp8', 'video/webm'];

/** Records a canvas until it is stopped. */
export class Film {
  private recorder: MediaRecorder | undefined;
  private parts: Blob[] = [];

  get isRecording(): boolean {
    return this.recorder !== undefined;
  }

  /** @returns whether this browser can */
  start(canvas: HTMLCanvasElement): boolean {
    const type = TYPES.find((known) => MediaRecorder.isTypeSupported(known));
    if (type === undefined) return false;
    const recorder = new MediaRecorder(canvas.captureStream(RATE), { mimeType: type, videoBitsPerSecond: 8_000_000 });
    this.parts = [];
    recorder.ondataavailable = (event) => this.parts.push(event.data);
    recorder.start();
    this.recorder = recorder;
    return true;
  }

  /** Ends the film and offers it. @returns its size in bytes */
  stop(): Promise<number> {
    const { recorder } = this;
    this.recorder = undefined;
    if (recorder === undefined) return Promise.resolve(0);
    return new Promise((resolve) => {
      recorder.onstop = async () => {
        for (const track of recorder.stream.getTracks()) track.stop();
        const film = new Blob(this.parts, { type: 'video/webm' });
        this.parts = [];
        download('training.webm', 'video/webm', film);
        resolve(film.size);
      };
      recorder.stop();
    });
  }
}

export function pngOf(canvas: HTMLCanvasElement): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(async (blob) => {
      if (blob === null) reject(new Error('this browser makes no PNG of the picture'));
      else resolve(new Uint8Array(await blob.arrayBuffer()));
    }, 'image/png');
  });
}

/** Pictures as one zip; PNG is compressed already. */
export function zipOf(pictures: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const names = pictures.map((bytes, k) => [`epoch-${String(k).padStart(4, '0')}.png`, bytes] as const);
  return zipSync(Object.fromEntries(names), { level: 0 }) as Uint8Array<ArrayBuffer>;
}
