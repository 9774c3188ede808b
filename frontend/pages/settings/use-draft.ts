import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Settings as AllSettings } from '#shared/contracts/settings';
import { ApiProblem } from '../../data/api-client.ts';
import { uiSettings } from '../../data/ui-settings.ts';
import { putDraft, useReloadConfig, useSaveDraft, type Answer, type Config } from '../../data/use-config.ts';
import { rebase } from './draft-merge.ts';
import type { ChangeDraft } from './section-fields.tsx';
import { draftFaults, type Fault } from './setting-faults.ts';
import { differences, sameValue, valueAt, type Tree } from './settings-tree.ts';

/** What somebody else saved of the settings that are edited here too. */
export interface Clash {
  theirs: Config;
  paths: string[];
}
/** How the draft of this page stands against the one the server keeps. */
export type DraftState = 'saved' | 'waiting' | 'saving' | 'wrong' | 'clash' | 'unreachable' | 'unsaved';

export interface DraftForm {
  draft: Tree;
  state: DraftState;
  autoSave: boolean;
  /** Settings that are not saved. */
  unsaved: string[];
  /** Settings that differ from what is in effect. */
  pending: string[];
  /** What the page sees to be wrong. */
  faults: ReadonlyMap<string, Fault>;
  /** What the server said against the draft, by path. */
  refusals: ReadonlyMap<string, string>;
  revision: number;
  savedAt: string | null;
  clash: Clash | null;
  change: ChangeDraft;
  /** Saves now; the revision that is then the server's, or null where it could not be saved. */
  save: () => Promise<number | null>;
  /** Takes what the server answered to an import, a reset, a rollback. */
  adopt: (answer: Answer) => void;
  /** Shows at the fields what the server has against the draft when it is applied. */
  refuse: (refusals: Map<string, string>) => void;
  resolve: (whose: 'mine' | 'theirs') => void;
}

/** A save follows the last keystroke after so long, so that half a number is not sent. */
const autoSaveMs = 700;
const retryMs = 4000;

/** Field errors of an answer: a message begins with its path, which is said already at its field. */
export function refusalsOf(error: unknown): Map<string, string> {
  return new Map(error instanceof ApiProblem ? error.errors.map(({ path, message }) => [path, message.startsWith(`${path} `) ? message.slice(path.length + 1) : message]) : []);
}

interface Kept {
  draft: Tree;
  revision: number;
  at: string | null;
}
const keptOf = ({ draft, draftRevision, draftAt }: Pick<Answer, 'draft' | 'draftRevision' | 'draftAt'>): Kept => ({ draft, revision: draftRevision, at: draftAt });

/**
 * The draft while it is edited. It saves itself where the settings say so; what other browsers save comes in at once, edits of
 * other settings are put together, and where both changed the same one a person decides.
 */
export function useDraft(config: Config, told: { othersChanged: (paths: string[]) => void; failed: (error: unknown) => void }): DraftForm {
  const { autoSave } = uiSettings(config.active as unknown as AllSettings);
  const [draft, setDraft] = useState<Tree>(config.draft);
  const [kept, setKept] = useState<Kept>(() => keptOf(config));
  const [refused, setRefused] = useState<Refused | null>(null);
  const [unreachable, setUnreachable] = useState(false);
  const [clash, setClash] = useState<Clash | null>(null);
  const { mutateAsync: put, isPending: saving } = useSaveDraft();
  const reload = useReloadConfig();

  const { faults, unsaved, pending, refusals } = useFindings(config, draft, kept, refused);
  const wrong = faults.size > 0 || (refused !== null && refused.draft === draft);
  const now = useRef({ draft, kept, told });
  now.current = { draft, kept, told };

  const adopt = useCallback((answer: Answer): void => {
    setDraft(answer.draft);
    setKept(keptOf(answer));
    setRefused(null);
    setClash(null);
  }, []);

  const refuse = useCallback((found: Map<string, string>): void => setRefused({ draft: now.current.draft, refusals: found }), []);

  const save = useCallback(async (): Promise<number | null> => {
    const sent = now.current.draft;
    if (differences(now.current.kept.draft, sent).length === 0) return now.current.kept.revision;
    try {
      const answer = await put({ draft: sent, revision: now.current.kept.revision });
      // The server may have made more of it than was said: the risk timer follows the number of pyramids.
      setDraft((latest) => rebase(sent, latest, answer.draft).draft);
      setKept(keptOf(answer));
      setRefused(null);
      setUnreachable(false);
      return answer.draftRevision;
    } catch (error) {
      if (error instanceof ApiProblem && error.code === 'draft_changed') await reload().catch(now.current.told.failed);
      else if (error instanceof ApiProblem && error.code === 'network') setUnreachable(true);
      else {
        setRefused({ draft: sent, refusals: refusalsOf(error) });
        if (refusalsOf(error).size === 0) now.current.told.failed(error);
      }
      return null;
    }
  }, [put, reload]);

  // What the server has now, whoever put it there.
  useEffect(() => {
    if (saving || config.draftRevision < kept.revision || sameValue(config.draft, kept.draft)) return;
    const rebased = rebase(kept.draft, now.current.draft, config.draft);
    if (rebased.clashes.length > 0) return setClash({ theirs: config, paths: rebased.clashes });
    setClash(null);
    setDraft(rebased.draft);
    setKept(keptOf(config));
    now.current.told.othersChanged(rebased.theirs);
  }, [config, kept, saving]);

  useAutoSave(autoSave && unsaved.length > 0 && !saving && !wrong && clash === null, { draft, revision: kept.revision, afterMs: unreachable ? retryMs : autoSaveMs, save });

  const resolve = (whose: 'mine' | 'theirs'): void => {
    if (clash === null) return;
    setDraft(whose === 'mine' ? rebase(kept.draft, draft, clash.theirs.draft).draft : clash.theirs.draft);
    setKept(keptOf(clash.theirs));
    setClash(null);
  };

  const state = stateOf({ unsaved: unsaved.length > 0, saving, wrong, clash: clash !== null, unreachable, autoSave });
  return { draft, state, autoSave, unsaved, pending, faults, refusals, revision: kept.revision, savedAt: kept.at, clash, change: setDraft, save, adopt, refuse, resolve };
}

interface Refused {
  draft: Tree;
  refusals: Map<string, string>;
}

/** What there is to say of the draft against what is saved, what is in effect, and what may be. */
function useFindings(config: Config, draft: Tree, kept: Kept, refused: Refused | null): Pick<DraftForm, 'faults' | 'unsaved' | 'pending' | 'refusals'> {
  const faults = useMemo(() => draftFaults(draft, config.schema), [draft, config.schema]);
  const unsaved = useMemo(() => differences(kept.draft, draft), [kept.draft, draft]);
  const pending = useMemo(() => differences(config.active, draft), [config.active, draft]);
  const refusals = useMemo(() => stillTrue(refused, draft), [refused, draft]);
  return { faults, unsaved, pending, refusals };
}

/** Saves a while after the last edit, and on the way out what was about to be saved. */
function useAutoSave(ready: boolean, { draft, revision, afterMs, save }: { draft: Tree; revision: number; afterMs: number; save: () => Promise<unknown> }): void {
  useEffect(() => {
    if (!ready) return undefined;
    const timer = setTimeout(() => void save(), afterMs);
    return () => clearTimeout(timer);
  }, [ready, afterMs, draft, save]);
  const last = useRef<{ draft: Tree; revision: number } | null>(null);
  last.current = ready ? { draft, revision } : null;
  useEffect(() => () => void (last.current !== null && putDraft(last.current.draft, last.current.revision).catch(() => undefined)), []);
}

function stateOf(at: { unsaved: boolean; saving: boolean; wrong: boolean; clash: boolean; unreachable: boolean; autoSave: boolean }): DraftState {
  if (at.clash) return 'clash';
  if (at.saving) return 'saving';
  if (at.wrong) return 'wrong';
  if (!at.unsaved) return 'saved';
  if (at.unreachable) return 'unreachable';
  return at.autoSave ? 'waiting' : 'unsaved';
}

/** What the server said of settings that have not been changed since. */
function stillTrue(refused: Refused | null, draft: Tree): Map<string, string> {
  if (refused === null) return new Map();
  return new Map([...refused.refusals].filter(([path]) => sameValue(valueAt(refused.draft, path), valueAt(draft, path))));
}
