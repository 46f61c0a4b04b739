-- Every entity that can be one with another, numbered in the order of the ids.
-- Input: `source` (statements), `schema_kind(schema, kind, rank)`, `property_row` (properties.csv).
-- Output: `entity(n, entity, kind, dataset, own_schema, print)`, `holding(paper, holder)`.

-- the papers of a person are entities of their own: the person carries their numbers, they the name
CREATE OR REPLACE TEMP TABLE holding AS
SELECT DISTINCT h.entity AS paper, h.value AS holder
FROM source h WHERE h.prop = 'holder' AND h.schema IN ('Passport', 'Identification');

-- `print` is a fingerprint of all that a record is made from, also by its papers or its holders: while
-- it is the same, so is the record
CREATE OR REPLACE TEMP TABLE entity AS
WITH said AS (
  SELECT entity, schema, dataset, sum(hash(prop, value) >> 12) AS print FROM source GROUP BY ALL
),
beside AS (
  SELECT entity, sum(print) AS print FROM (
    SELECT h.holder AS entity, hash('number', s.schema, s.prop, s.value) >> 12 AS print
    FROM holding h JOIN source s ON s.entity = h.paper AND s.schema IN ('Passport', 'Identification')
    WHERE s.prop IN (SELECT property FROM property_row WHERE says = 'number of holder')
    UNION ALL
    SELECT h.paper, hash('name', s.value) >> 12
    FROM holding h JOIN source s ON s.entity = h.holder AND s.prop = 'name'
  ) GROUP BY entity
)
SELECT (row_number() OVER (ORDER BY entity) - 1)::INTEGER AS n, entity, kind, dataset, own_schema,
       ((own + coalesce(beside.print, 0)) % 9223372036854775807)::BIGINT AS print
FROM (
  SELECT s.entity, arg_min(k.kind, k.rank) AS kind, min(s.dataset) AS dataset,
         min(s.schema) FILTER (k.is_special) AS own_schema,
         sum(hash(s.schema, s.dataset, s.print) >> 12) AS own
  FROM said s JOIN schema_kind k ON k.schema = s.schema
  GROUP BY s.entity
) LEFT JOIN beside USING (entity);
