import { useCallback, useEffect, useRef } from 'react';
import { useLocation } from 'react-router';
import type { Section } from './setting-layout.ts';
import { controlOf } from './settings-tree.ts';

/** How long a section takes to unfold; a row that is still moving would be left behind. */
const unfoldMs = 260;
const linkHead = '#setting-';

/** Brings the row of a setting into view, lights it up once, and puts the cursor to what is wrong in it, or to its control. */
function goTo(row: HTMLElement): void {
  row.scrollIntoView({ block: 'center' });
  row.classList.remove('setting-lit');
  requestAnimationFrame(() => row.classList.add('setting-lit'));
  const target = row.querySelector<HTMLElement>('[aria-invalid="true"]') ?? row.querySelector<HTMLElement>('input:not([type="hidden"]), button, textarea');
  target?.focus({ preventScroll: true });
}

/** Shows one setting wherever it stands: `open` unfolds its section and takes the search away. A link with `#setting-<path>` does the same. */
export function useShowSetting(sections: readonly Section[], open: (key: string) => void): (path: string) => void {
  const { hash, key } = useLocation();
  const wanted = useRef<string | null>(null);
  const show = useCallback(
    (path: string): void => {
      for (const section of sections) {
        const control = controlOf(section.paths, path);
        if (control === undefined) continue;
        wanted.current = control;
        open(section.key);
      }
    },
    [sections, open],
  );
  // Without dependencies: the row is there after one of the next renderings.
  useEffect(() => {
    const row = wanted.current === null ? null : document.getElementById(`setting-${wanted.current}`);
    if (row === null) return;
    wanted.current = null;
    setTimeout(() => goTo(row), unfoldMs);
  });
  useEffect(() => {
    if (hash.startsWith(linkHead)) show(decodeURIComponent(hash.slice(linkHead.length)));
  }, [hash, key, show]);
  return show;
}
