-- Every entity that can be one with another, numbered in the order of the ids.
-- Input: `source` (statements), `schema_kind(schema, kind, rank)`. Output: `entity(n, entity, kind, dataset, own_schema)`.

CREATE OR REPLACE TEMP TABLE entity AS
SELECT (row_number() OVER (ORDER BY entity) - 1)::INTEGER AS n, *
FROM (
  SELECT s.entity, arg_min(k.kind, k.rank) AS kind, min(s.dataset) AS dataset,
         min(s.schema) FILTER (k.is_special) AS own_schema
  FROM (SELECT DISTINCT entity, schema, dataset FROM source) s JOIN schema_kind k ON k.schema = s.schema
  GROUP BY s.entity
);
