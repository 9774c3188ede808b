import type { Knex } from 'knex';

/**
 * What a market order was expected to fill at, and how much worse it did. Groups that are kept as text learn the same: their orders
 * expected nothing, their signals named no limit, and what they slip is judged as a fresh install does.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table orders add column price_expected numeric, add column slippage_percent numeric;

    update position_groups set state = '{"slippagePlan": {"maxPercent": "1", "action": "warn"}, "reductions": []}'::jsonb || state || jsonb_build_object(
      'orders', (select coalesce(jsonb_agg('{"priceExpected": null}'::jsonb || value order by place), '[]') from jsonb_array_elements(state->'orders') with ordinality as each (value, place)),
      'pyramids', (select coalesce(jsonb_agg('{"slippageMaxPercent": null}'::jsonb || value order by place), '[]') from jsonb_array_elements(state->'pyramids') with ordinality as each (value, place)),
      'windDown', case when jsonb_typeof(state->'windDown') = 'object' then '{"slippageMaxPercent": null}'::jsonb || (state->'windDown') else 'null'::jsonb end
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table orders drop column price_expected, drop column slippage_percent;');
}
