import { Modal } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { sectionName, sections } from './sections.tsx';

const sequenceMs = 1200;

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}

/** `g` and a letter go to a place, `/` goes to the search of the page, `?` shows this list. */
export function Keyboard() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);
  const wentAt = useRef(0);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (event.key === '?') return setHelp((open) => !open);
      if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('[data-search] input, input[data-search]');
        if (search === null) return;
        event.preventDefault();
        return search.focus();
      }
      // The place of the key, so that `g d` also works on a Cyrillic layout.
      const letter = event.code.startsWith('Key') ? event.code.slice(3).toLowerCase() : event.key.toLowerCase();
      if (letter === 'g') {
        wentAt.current = Date.now();
        return;
      }
      const section = Date.now() - wentAt.current < sequenceMs ? sections.find((each) => each.letter === letter) : undefined;
      wentAt.current = 0;
      if (section !== undefined) void navigate(section.path);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate]);

  return (
    <Modal open={help} title={t('keyboard.title')} footer={null} onCancel={() => setHelp(false)} width={420}>
      <dl className="keys">
        {sections.map((section) => (
          <div key={section.key}>
            <dt><kbd>g</kbd> <kbd>{section.letter}</kbd></dt>
            <dd>{sectionName(t, section.key)}</dd>
          </div>
        ))}
        <div><dt><kbd>/</kbd></dt><dd>{t('keyboard.search')}</dd></div>
        <div><dt><kbd>?</kbd></dt><dd>{t('keyboard.help')}</dd></div>
        <div><dt><kbd>Esc</kbd></dt><dd>{t('keyboard.close')}</dd></div>
      </dl>
    </Modal>
  );
}
