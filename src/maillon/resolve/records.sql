-- The records that resolution compares: one row an entity of a person or an organisation.
-- Input: `statement`, and `name_form(value, words, parts, skeletons, name_key, skeleton_key)` for every
-- delivered name. Output: `person_record`, `firm_record`.

CREATE OR REPLACE TEMP TABLE kind AS
SELECT entity,
       CASE WHEN bool_or(schema = 'Person') THEN 'person'
            WHEN bool_or(schema IN ('Company', 'Organization', 'LegalEntity', 'PublicBody')) THEN 'firm'
       END AS kind,
       min(dataset) AS dataset
FROM statement
GROUP BY entity
HAVING kind IS NOT NULL;

-- the papers apart, so that the join below is over papers and not over all statements
CREATE OR REPLACE TEMP TABLE paper AS
SELECT entity, prop, value FROM statement
WHERE schema IN ('Passport', 'Identification') AND prop IN ('holder', 'number', 'passportNumber');

CREATE OR REPLACE TEMP TABLE delivered_number AS
SELECT DISTINCT entity, value FROM (
  SELECT entity, value FROM statement
  WHERE prop IN ('passportNumber', 'idNumber', 'socialSecurityNumber', 'taxNumber',
                 'registrationNumber', 'innCode', 'leiCode')
    AND schema NOT IN ('Passport', 'Identification')
  UNION ALL
  SELECT h.value, n.value
  FROM paper h JOIN paper n ON n.entity = h.entity AND n.prop <> 'holder'
  WHERE h.prop = 'holder'
);

CREATE OR REPLACE TEMP TABLE document AS
SELECT DISTINCT entity, number FROM (
  SELECT entity, upper(regexp_replace(value, '[^0-9A-Za-z]', '', 'g')) AS number
  FROM delivered_number
)
WHERE length(number) >= 5 AND NOT list_contains($document_placeholders, number)
  AND length(replace(number, number[1], '')) > 0;  -- 0000000 names nobody

CREATE OR REPLACE TEMP TABLE phone AS
SELECT DISTINCT entity, number FROM (
  SELECT entity, right(regexp_replace(value, '[^0-9]', '', 'g'), 9) AS number
  FROM statement WHERE prop = 'phone'
)
WHERE length(number) >= 6 AND NOT list_contains($phone_placeholders, number)
  AND length(replace(number, number[1], '')) > 0;  -- 0000000 names nobody

-- an address without a number in it is a place, and a place merges nobody
CREATE OR REPLACE TEMP TABLE address AS
SELECT DISTINCT entity, place FROM (
  SELECT entity, trim(regexp_replace(lower(strip_accents(value)), '[^0-9\p{L}]+', ' ', 'g')) AS place
  FROM statement WHERE prop = 'address'
)
WHERE regexp_matches(place, '[0-9]') AND place LIKE '% %';

CREATE OR REPLACE TEMP TABLE email AS
SELECT DISTINCT entity, lower(trim(value)) AS mailbox
FROM statement WHERE prop = 'email' AND value LIKE '%_@_%';

CREATE OR REPLACE TEMP TABLE birth AS
SELECT DISTINCT entity, value AS day
FROM statement
WHERE prop IN ('birthDate', 'incorporationDate') AND regexp_matches(value, '^[0-9]{4}')
  AND NOT list_contains($date_placeholders, value);

-- a value that many entities carry is a hub: it stays in the record as data, and compares nobody
CREATE OR REPLACE TEMP TABLE name_of AS
SELECT DISTINCT s.entity, s.prop, f.*
FROM statement s JOIN name_form f ON f.value = s.value
WHERE s.prop IN ('name', 'alias', 'previousName', 'abbreviation', 'weakAlias');

CREATE OR REPLACE TEMP TABLE given_family AS
SELECT entity,
       string_agg(f.parts_text, ' ' ORDER BY s.prop, f.parts_text)
         FILTER (s.prop IN ('firstName', 'secondName', 'middleName')) AS given,
       string_agg(f.parts_text, ' ' ORDER BY s.prop, f.parts_text)
         FILTER (s.prop IN ('lastName', 'fatherName')) AS family,
       string_agg(f.skeletons_text, ' ' ORDER BY s.prop, f.parts_text)
         FILTER (s.prop IN ('firstName', 'secondName', 'middleName')) AS given_skeleton,
       string_agg(f.skeletons_text, ' ' ORDER BY s.prop, f.parts_text)
         FILTER (s.prop IN ('lastName', 'fatherName')) AS family_skeleton
FROM (SELECT DISTINCT entity, prop, value FROM statement
      WHERE prop IN ('firstName', 'secondName', 'middleName', 'lastName', 'fatherName')) s
JOIN name_form f ON f.value = s.value
GROUP BY entity;

CREATE OR REPLACE TEMP TABLE record AS
WITH
names AS (
  SELECT entity,
         list_sort(list_distinct(list(name_key) FILTER (prop <> 'weakAlias'))) AS name_keys,
         list_sort(list_distinct(list(skeleton_key) FILTER (prop <> 'weakAlias'))) AS skeleton_keys,
         arg_min(skeletons, (prop <> 'name', name_key)) AS skeletons,
         arg_min(parts, (prop <> 'name', name_key)) AS parts
  FROM name_of GROUP BY entity
),
documents AS (
  SELECT entity, list_sort(list(number)) AS documents FROM document
  JOIN (SELECT number FROM document GROUP BY number HAVING count(*) <= $hub_document) USING (number)
  GROUP BY entity
),
phones AS (
  SELECT entity, list_sort(list(number)) AS phones FROM phone
  JOIN (SELECT number FROM phone GROUP BY number HAVING count(*) <= $hub_phone) USING (number)
  GROUP BY entity
),
addresses AS (
  SELECT entity, list_sort(list(place)) AS addresses FROM address
  JOIN (SELECT place FROM address GROUP BY place HAVING count(*) <= $hub_address) USING (place)
  GROUP BY entity
),
emails AS (SELECT entity, list_sort(list(mailbox)) AS emails FROM email GROUP BY entity),
births AS (SELECT entity, list_sort(list(day)) AS days FROM birth GROUP BY entity),
others AS (
  SELECT entity,
         min(value) FILTER (prop = 'gender') AS gender,
         list_sort(list_distinct(list(value) FILTER (prop IN ('nationality', 'citizenship',
                                                              'jurisdiction')))) AS countries
  FROM statement WHERE prop IN ('gender', 'nationality', 'citizenship', 'jurisdiction')
  GROUP BY entity
)
SELECT k.entity AS unique_id, k.kind, k.dataset,
       coalesce(n.name_keys, []) AS name_keys, coalesce(n.skeleton_keys, []) AS skeleton_keys,
       coalesce(n.skeletons, []) AS skeletons,
       coalesce(g.given, n.parts[1]) AS given,
       coalesce(g.family, n.parts[-1]) AS family,
       coalesce(g.given_skeleton, n.skeletons[1]) AS given_skeleton,
       coalesce(g.family_skeleton, n.skeletons[-1]) AS family_skeleton,
       coalesce(b.days, []) AS days,
       list_sort(list_distinct(list_transform(coalesce(b.days, []), lambda d: d[1:4]))) AS years,
       coalesce(d.documents, []) AS documents, coalesce(p.phones, []) AS phones,
       coalesce(a.addresses, []) AS addresses, coalesce(e.emails, []) AS emails,
       o.gender, coalesce(o.countries, []) AS countries
FROM kind k
LEFT JOIN names n USING (entity)
LEFT JOIN given_family g USING (entity)
LEFT JOIN documents d USING (entity)
LEFT JOIN phones p USING (entity)
LEFT JOIN addresses a USING (entity)
LEFT JOIN emails e USING (entity)
LEFT JOIN births b USING (entity)
LEFT JOIN others o USING (entity);

CREATE OR REPLACE TEMP TABLE person_record AS
SELECT * EXCLUDE (kind),
       -- a full name alone brings two records together only where few carry it
       CASE WHEN len(skeletons) > 1 AND count(*) OVER (PARTITION BY skeleton_keys[1]) <= $rare_name
            THEN skeleton_keys[1] END AS rare_name
FROM record WHERE kind = 'person' ORDER BY unique_id;

CREATE OR REPLACE TEMP TABLE firm_record AS
SELECT * EXCLUDE (kind),
       CASE WHEN count(*) OVER (PARTITION BY name_keys[1]) <= $rare_name
            THEN name_keys[1] END AS rare_name,
       CASE WHEN count(*) OVER (PARTITION BY skeleton_keys[1]) <= $rare_name
            THEN skeleton_keys[1] END AS rare_skeleton
FROM record WHERE kind = 'firm' ORDER BY unique_id;
