-- The values that entities hold, which of them are hubs, and who holds which papers.
-- Input: `said` (features.sql), `name_form` (names.py), `known_hub`, `hub_limit`, `placeholder`.
-- Output: `held`, `word`, `carried`, `hub`, `paper`.

CREATE OR REPLACE MACRO number_of(kind, value) AS
  (md5_number_lower(kind || chr(31) || value) & 9223372036854775807)::BIGINT;
CREATE OR REPLACE MACRO plain(value) AS
  trim(regexp_replace(lower(strip_accents(value)), '[^0-9\p{L}]+', ' ', 'g'));

-- one row a value: a number, a telephone, a mailbox, an address; placeholders are nobody's
CREATE OR REPLACE TEMP TABLE held AS
SELECT DISTINCT n, kind, says, paper, number_of(within || says, value) AS number, value AS text FROM (
  SELECT n, kind, says, within, paper, CASE WHEN within = 'wallet' THEN regexp_replace(value, '\s', '', 'g')
    ELSE regexp_replace(regexp_replace(upper(value), '[^0-9A-Z]', '', 'g'), '^IMO', '') END AS value
  FROM said WHERE says IN ('number', 'weak number')
)
WHERE length(value) >= CASE WHEN says = 'weak number' THEN 3 ELSE 5 END
  AND value NOT IN (SELECT value FROM placeholder WHERE kind = 'document')
  AND length(replace(value, value[1], '')) > 0  -- 0000000 names nobody
UNION ALL
SELECT DISTINCT n, kind, 'phone', '', number_of('phone', value), '' FROM (
  SELECT n, kind, right(regexp_replace(value, '[^0-9]', '', 'g'), 9) AS value FROM said WHERE says = 'phone'
)
WHERE length(value) >= 6 AND value NOT IN (SELECT value FROM placeholder WHERE kind = 'phone')
  AND length(replace(value, value[1], '')) > 0
UNION ALL
SELECT DISTINCT n, kind, 'email', '', number_of('email', lower(trim(value))), ''
FROM said WHERE says = 'email' AND value LIKE '%_@_%';

CREATE OR REPLACE TEMP TABLE place AS
SELECT DISTINCT n, kind, plain(value) AS place FROM said WHERE says = 'address'
UNION
SELECT n, kind, string_agg(plain(value), ' ' ORDER BY plain(value)) FROM said WHERE says = 'address part' GROUP BY n, kind;
-- an address without a number in it is a place, and a place merges nobody
DELETE FROM place WHERE NOT regexp_matches(place, '[0-9]') OR place NOT LIKE '% %';

CREATE OR REPLACE TEMP TABLE word AS
SELECT n, place, word, regexp_matches(word, '[0-9]') AS is_number
FROM (SELECT n, place, unnest(string_split(place, ' ')) AS word FROM place);

INSERT INTO held
SELECT DISTINCT n, kind, 'address', '', number_of('address', list_aggregate(list_sort(string_split(place, ' ')), 'string_agg', ' ')), ''
FROM place;

-- a value that many differently named entities carry is a hub: it compares nobody, it merges nobody
CREATE OR REPLACE TEMP TABLE carried AS
SELECT h.n, h.says, h.number, m.name
FROM held h LEFT JOIN (
  SELECT n, hash(min(f.text)) AS name
  FROM said s JOIN name_form f ON f.value = s.value AND f.organisation = (s.kind = 'firm')
  WHERE s.says = 'name' GROUP BY n
) m USING (n);

CREATE OR REPLACE TEMP TABLE hub AS
SELECT says, number, count(DISTINCT name) AS carriers FROM carried JOIN hub_limit USING (says)
GROUP BY says, number HAVING carriers > min(most);
INSERT INTO hub SELECT * FROM known_hub ANTI JOIN hub USING (says, number);

CREATE OR REPLACE TEMP TABLE paper AS
SELECT DISTINCT n, paper AS kind, number FROM held ANTI JOIN hub USING (says, number)
WHERE paper IN (SELECT paper FROM property_row WHERE bars);
-- two entries of one list are as two papers: their publisher has told them apart, whoever stands between them
INSERT INTO paper
SELECT DISTINCT s.n, 'list ' || s.value, number_of('entry', e.entity)
FROM said s JOIN chosen e USING (n) WHERE s.says = 'listed';
