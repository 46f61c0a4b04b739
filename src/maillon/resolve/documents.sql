-- Numbers of papers by entity and kind. Input: `statement`. Output: `document(entity, kind, number)`.
-- The papers apart first, so that the join is over papers and not over all statements.

CREATE OR REPLACE TEMP TABLE paper AS
SELECT entity, schema, prop, value FROM statement
WHERE schema IN ('Passport', 'Identification') AND prop IN ('holder', 'number', 'passportNumber');

CREATE OR REPLACE TEMP TABLE delivered_number AS
SELECT DISTINCT entity, kind, value FROM (
  SELECT entity, value,
         CASE prop WHEN 'passportNumber' THEN 'passport' WHEN 'idNumber' THEN 'id' ELSE prop END AS kind
  FROM statement
  WHERE prop IN ('passportNumber', 'idNumber', 'socialSecurityNumber', 'taxNumber',
                 'registrationNumber', 'innCode', 'leiCode')
    AND schema NOT IN ('Passport', 'Identification')
  UNION ALL
  SELECT h.value, n.value, CASE n.schema WHEN 'Passport' THEN 'passport' ELSE 'paper' END
  FROM paper h JOIN paper n ON n.entity = h.entity AND n.prop <> 'holder'
  WHERE h.prop = 'holder'
);

CREATE OR REPLACE TEMP TABLE document AS
SELECT DISTINCT entity, kind, number FROM (
  SELECT entity, kind, upper(regexp_replace(value, '[^0-9A-Za-z]', '', 'g')) AS number
  FROM delivered_number
)
WHERE length(number) >= 5 AND NOT list_contains($document_placeholders, number)
  AND length(replace(number, number[1], '')) > 0;  -- 0000000 names nobody
