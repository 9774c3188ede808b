import { appProofs } from './app.proofs.ts';
import { exchangeProofs } from './exchange.proofs.ts';
import { exitProofs } from './exit.proofs.ts';
import { gridProofs } from './grid.proofs.ts';
import { houseProofs } from './house.proofs.ts';
import { intakeProofs } from './intake.proofs.ts';
import { poolProofs } from './pool.proofs.ts';
import { precisionProofs } from './precision.proofs.ts';
import type { Proofs } from './proof.ts';
import { reconcileProofs } from './reconcile.proofs.ts';
import { riskProofs } from './risk.proofs.ts';

/** A proof for every setting that acts, by its path. */
export const proofs: Proofs = { ...appProofs, ...exchangeProofs, ...intakeProofs, ...poolProofs, ...gridProofs, ...exitProofs, ...riskProofs, ...reconcileProofs, ...precisionProofs, ...houseProofs };
