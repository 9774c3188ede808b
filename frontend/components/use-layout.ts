import { useLayoutEffect, useState, useSyncExternalStore, type RefObject } from 'react';

const phone = typeof window === 'undefined' ? null : window.matchMedia('(max-width: 700px)');

/** Is the page as narrow as a phone? */
export function usePhone(): boolean {
  return useSyncExternalStore(
    (listener) => {
      phone?.addEventListener('change', listener);
      return () => phone?.removeEventListener('change', listener);
    },
    () => phone?.matches === true,
  );
}

/** Pixels left for a table below the top of `box`, so that it fills the window and scrolls within itself. */
export function useRoom(box: RefObject<HTMLElement | null>, below = 60, least = 280): number {
  const [room, setRoom] = useState(least);
  useLayoutEffect(() => {
    const measure = (): void => {
      if (box.current !== null) setRoom(Math.max(least, Math.floor(window.innerHeight - box.current.getBoundingClientRect().top - below)));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, [box, below, least]);
  return room;
}
