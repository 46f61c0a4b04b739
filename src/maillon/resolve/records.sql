-- The records that resolution compares: one row an entity of a person or an organisation.
-- Input: `statement`, and `name_form(value, words, parts, skeletons, name_key, skeleton_key)` for every
-- delivered name, and `document` of documents.sql. Output: `person_record`, `firm_record`.

CREATE OR REPLACE TEMP TABLE kind AS
SELECT entity,
       CASE WHEN bool_or(schema = 'Person') THEN 'person'
            WHEN bool_or(schema IN ('Company', 'Organization', 'LegalEntity', 'PublicBody')) THEN 'firm'
       END AS kind,
       min(dataset) AS dataset
FROM statement
GROUP BY entity
HAVING kind IS NOT NULL;

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
-- a value that many differently named entities carry is a hub: it compares nobody. One person's many
-- records are no hub.
numbers AS (
  SELECT d.entity, d.kind, d.number,
         count(DISTINCT n.skeleton_keys[1]) OVER (PARTITION BY d.number) AS carriers
  FROM document d LEFT JOIN names n USING (entity)
),
documents AS (
  SELECT entity, list_sort(list_distinct(list(number))) AS documents,
         -- 'paper' is any other identification: two of them need not be of one kind
         list_sort(list_distinct(list(kind) FILTER (kind <> 'paper'))) AS paper_kinds
  FROM numbers WHERE carriers <= $hub_document GROUP BY entity
),
phones AS (
  SELECT entity, list_sort(list(number)) AS phones FROM (
    SELECT p.entity, p.number,
           count(DISTINCT n.skeleton_keys[1]) OVER (PARTITION BY p.number) AS carriers
    FROM phone p LEFT JOIN names n USING (entity)
  ) WHERE carriers <= $hub_phone GROUP BY entity
),
addresses AS (
  SELECT entity, list_sort(list(place)) AS addresses FROM (
    SELECT a.entity, a.place,
           count(DISTINCT n.skeleton_keys[1]) OVER (PARTITION BY a.place) AS carriers
    FROM address a LEFT JOIN names n USING (entity)
  ) WHERE carriers <= $hub_address GROUP BY entity
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
       coalesce(d.documents, []) AS documents, coalesce(d.paper_kinds, []) AS paper_kinds, coalesce(p.phones, []) AS phones,
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

-- One agency's records that say the very same, a document included, are one at once: a client stands in
-- every transaction. Only the first of them is compared with others.
CREATE OR REPLACE TEMP TABLE repeated AS
SELECT * FROM (
  SELECT unique_id, kind,
         min(unique_id) OVER (PARTITION BY kind, dataset, name_keys, given, family, days, documents,
                              phones, addresses, emails, gender, countries) AS first_id
  FROM record WHERE len(documents) > 0
) WHERE first_id <> unique_id;

CREATE OR REPLACE TEMP TABLE compared AS
SELECT * FROM record ANTI JOIN repeated USING (unique_id);

CREATE OR REPLACE TEMP TABLE person_record AS
SELECT * EXCLUDE (kind),
       -- a full name alone brings two records together only where few carry it
       CASE WHEN len(skeletons) > 1 AND count(*) OVER (PARTITION BY skeleton_keys[1]) <= $rare_name
            THEN skeleton_keys[1] END AS rare_name
FROM compared WHERE kind = 'person' ORDER BY unique_id;

CREATE OR REPLACE TEMP TABLE firm_record AS
SELECT * EXCLUDE (kind),
       CASE WHEN count(*) OVER (PARTITION BY name_keys[1]) <= $rare_name
            THEN name_keys[1] END AS rare_name,
       CASE WHEN count(*) OVER (PARTITION BY skeleton_keys[1]) <= $rare_name
            THEN skeleton_keys[1] END AS rare_skeleton
FROM compared WHERE kind = 'firm' ORDER BY unique_id;
