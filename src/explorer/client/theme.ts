/**
 * Light, dark, or as the system has it.
 */
import { button } from './element.js';

const NEXT = { auto: 'light', light: 'dark', dark: 'auto' } as const;
const TEXTS = { auto: '◐ system', light: '☀ light', dark: '☾ dark' } as const;
type Theme = keyof typeof NEXT;

/** @param changed is told when colours have changed */
export function themeButton(changed: () => void): HTMLButtonElement {
  let theme: Theme = 'auto';
  const element = button('', 'theme', () => {
    theme = NEXT[theme];
    show();
    changed();
  });
  const show = () => {
    element.textContent = TEXTS[theme];
    element.setAttribute('aria-label', `colours: ${theme === 'auto' ? 'as the system has them' : theme}`);
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  show();
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  return element;
}
