import { App } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useBlocker } from 'react-router';
import type { DraftForm } from './use-draft.ts';

/** Asks before edits are lost that cannot be saved on the way out. */
export function LeaveGuard({ form }: { form: DraftForm }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const losing = form.unsaved.length > 0 && form.state !== 'waiting' && form.state !== 'saving';
  const blocker = useBlocker(({ currentLocation, nextLocation }) => losing && currentLocation.pathname !== nextLocation.pathname);
  useEffect(() => {
    if (blocker.state !== 'blocked') return undefined;
    const asked = modal.confirm({ title: t('settings.leaveTitle'), content: t('settings.leaveText'), okText: t('settings.leave'), cancelText: t('settings.stay'), onOk: () => blocker.proceed(), onCancel: () => blocker.reset() });
    return () => asked.destroy();
  }, [blocker, modal, t]);
  useEffect(() => {
    if (form.unsaved.length === 0) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [form.unsaved.length]);
  return null;
}
