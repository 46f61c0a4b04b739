-- The records that resolution compares: one row an entity, numbers in place of words.
-- Input: `chosen`, `said` (features.sql), `name_form` (names.py), `known_hub`, `hub_limit`. Output: `record`, `paper`, `hub`, `carried`.

CREATE OR REPLACE MACRO number_of(kind, value) AS
  (md5_number_lower(kind || chr(31) || value) & 9223372036854775807)::BIGINT;
CREATE OR REPLACE MACRO plain(value) AS
  trim(regexp_replace(lower(strip_accents(value)), '[^0-9\p{L}]+', ' ', 'g'));

CREATE OR REPLACE TEMP TABLE named AS
SELECT n,
       list_sort(list_distinct(list(f.text))) AS names,
       list_sort(list_distinct(flatten(list(f.whole)))) AS whole,
       list_sort(list_distinct(flatten(list(f.pairs)))) AS pairs,
       list_sort(list_distinct(flatten(list(f.bare)))) AS bare,
       list_sort(list_distinct(flatten(list(f.parts)))) AS parts,
       list_sort(list_distinct(flatten(list(f.bare_parts)))) AS bare_parts,
       bool_or(f.is_bare) AS is_bare,
       arg_min(f.weight, (NOT is_first, f.text, s.value)) AS weight,
       arg_min(f.size, (NOT is_first, f.text, s.value)) AS size,
       arg_min(f.spelt, (NOT is_first, f.text, s.value)) AS spelt,
       arg_min(f.first, (NOT is_first, f.text, s.value)) AS first,
       arg_min(f.last, (NOT is_first, f.text, s.value)) AS last,
       arg_min(f.first_keys, (NOT is_first, f.text, s.value)) AS first_keys,
       arg_min(f.last_keys, (NOT is_first, f.text, s.value)) AS last_keys
FROM said s JOIN name_form f ON f.value = s.value AND f.organisation = (s.kind = 'firm')
WHERE s.says = 'name' GROUP BY n;

CREATE OR REPLACE TEMP TABLE split_name AS
SELECT n,
       string_agg(f.spelt, ' ' ORDER BY f.spelt) FILTER (s.says = 'given') AS given,
       string_agg(f.spelt, ' ' ORDER BY f.spelt) FILTER (s.says = 'family') AS family,
       list_sort(list_distinct(flatten(list(f.parts) FILTER (s.says = 'given')))) AS given_keys,
       list_sort(list_distinct(flatten(list(f.parts) FILTER (s.says = 'family')))) AS family_keys
FROM said s JOIN name_form f ON f.value = s.value AND f.organisation = (s.kind = 'firm')
WHERE s.says IN ('given', 'family') GROUP BY n;

-- one row a value: a number, a telephone, a mailbox, an address; placeholders are nobody's
CREATE OR REPLACE TEMP TABLE held AS
SELECT DISTINCT n, kind, says, paper, number_of(within || says, value) AS number, value AS text FROM (
  SELECT n, kind, says, within, paper, CASE WHEN within = 'wallet' THEN regexp_replace(value, '\s', '', 'g')
    ELSE regexp_replace(regexp_replace(upper(value), '[^0-9A-Z]', '', 'g'), '^IMO', '') END AS value
  FROM said WHERE says IN ('number', 'weak number')
)
WHERE length(value) >= CASE WHEN says = 'weak number' THEN 3 ELSE 5 END
  AND NOT list_contains($document_placeholders, value)
  AND length(replace(value, value[1], '')) > 0  -- 0000000 names nobody
UNION ALL
SELECT DISTINCT n, kind, 'phone', '', number_of('phone', value), '' FROM (
  SELECT n, kind, right(regexp_replace(value, '[^0-9]', '', 'g'), 9) AS value FROM said WHERE says = 'phone'
)
WHERE length(value) >= 6 AND NOT list_contains($phone_placeholders, value)
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
SELECT h.n, h.says, h.number, CASE WHEN m.names IS NOT NULL THEN hash(m.names[1]) END AS name
FROM held h LEFT JOIN named m USING (n);

CREATE OR REPLACE TEMP TABLE hub AS
SELECT says, number, count(DISTINCT name) AS carriers FROM carried JOIN hub_limit USING (says)
GROUP BY says, number HAVING carriers > min(most);
INSERT INTO hub SELECT * FROM known_hub ANTI JOIN hub USING (says, number);
DELETE FROM held USING hub WHERE held.says = hub.says AND held.number = hub.number;

CREATE OR REPLACE TEMP TABLE paper AS
SELECT DISTINCT n, paper AS kind, number FROM held
WHERE paper IN (SELECT paper FROM property_row WHERE bars);

CREATE OR REPLACE TEMP TABLE holding_values AS
SELECT n,
       list_sort(list_distinct(list(number) FILTER (says = 'number'))) AS numbers,
       list_sort(list_distinct(list(paper) FILTER (paper <> ''))) AS paper_kinds,
       coalesce(min(paper) FILTER (paper <> ''), '') AS paper_kind,
       coalesce(arg_min(text, (paper, text)) FILTER (paper <> ''), '') AS paper,
       list_sort(list_distinct(flatten(list([number_of(paper, text[:length(text) // 2]),
                                             number_of(paper, text[length(text) // 2 + 1:])])
                                       FILTER (paper <> '' AND length(text) >= 6)))) AS halves,
       list_sort(list_distinct(list(number) FILTER (says = 'weak number'))) AS weak_numbers,
       list_sort(list_distinct(list(number) FILTER (says = 'phone'))) AS phones,
       list_sort(list_distinct(list(number) FILTER (says = 'email'))) AS emails,
       list_sort(list_distinct(list(number) FILTER (says = 'address'))) AS addresses
FROM held GROUP BY n;

-- what two spellings of one address have in common: all its numbers where it has several, and the
-- numbers of house and flat beside two of its words
CREATE OR REPLACE TEMP TABLE door AS
SELECT n, list_sort(list_distinct(list(number_of('door', door)))) AS doors FROM (
  SELECT n, string_agg(word, ' ' ORDER BY word) AS door FROM word WHERE is_number
  GROUP BY n, place HAVING count(*) > 1
  UNION ALL
  SELECT d.n, d.word || ' ' || one.word || ' ' || two.word
  FROM (SELECT n, place, string_agg(word, ' ' ORDER BY word) AS word FROM word
        WHERE is_number AND length(word) < 4 GROUP BY n, place) d
  JOIN word one ON one.n = d.n AND one.place = d.place AND NOT one.is_number AND length(one.word) > 3
  JOIN word two ON two.n = d.n AND two.place = d.place AND NOT two.is_number AND length(two.word) > 3
                AND one.word < two.word
) GROUP BY n;

CREATE OR REPLACE TEMP TABLE dated AS
SELECT n,
       list_sort(list_distinct(list(value) FILTER (length(value) = 10))) AS days,
       list_sort(list_distinct(list(value[1:4] || '-' || value[9:10] || '-' || value[6:7])
                               FILTER (length(value) = 10))) AS swapped,
       list_sort(list_distinct(list(value[1:4]))) AS years,
       coalesce(min(value) FILTER (length(value) = 10), '') AS day,
       min(value[1:4]::INTEGER) AS first_year, max(value[1:4]::INTEGER) AS last_year,
       bool_or(length(value) < 10) AS is_partial
FROM (SELECT DISTINCT n, value[1:10] AS value FROM said WHERE says = 'date')
WHERE regexp_matches(value, '^[12][0-9]{3}(-[0-9]{2}(-[0-9]{2})?)?$') AND NOT list_contains($date_placeholders, value)
GROUP BY n;

CREATE OR REPLACE TEMP TABLE marked AS
SELECT n, min(value) FILTER (says = 'gender') AS gender,
       list_sort(list_distinct(list(lower(value)) FILTER (says = 'country'))) AS countries,
       list_sort(list_distinct(list(plain(value)) FILTER (says = 'mark'))) AS marks
FROM said WHERE says IN ('gender', 'country', 'mark')
  AND NOT list_contains($any_placeholders, upper(trim(value)))
GROUP BY n;

CREATE OR REPLACE TEMP TABLE record AS
SELECT e.n AS unique_id, e.kind, e.dataset,
       coalesce(m.names, []) AS names, coalesce(m.whole, []) AS whole, coalesce(m.pairs, []) AS pairs,
       coalesce(m.bare, []) AS bare, coalesce(m.parts, []) AS parts, coalesce(m.bare_parts, []) AS bare_parts,
       coalesce(m.is_bare, FALSE) AS is_bare, coalesce(m.weight, 0.0) AS weight, coalesce(m.size, 0) AS size,
       coalesce(m.spelt, '') AS spelt,
       list_sort(list_distinct(list_transform(list_filter(string_split(coalesce(m.spelt, ''), ' '),
         lambda w: length(w) > 1), lambda w: number_of('start', w[:3])))) AS starts,
       coalesce(g.given, m.first, '') AS given, coalesce(g.family, m.last, '') AS family,
       coalesce(g.given_keys, m.first_keys, []) AS given_keys,
       coalesce(g.family_keys, m.last_keys, []) AS family_keys,
       coalesce(d.days, []) AS days, coalesce(d.swapped, []) AS swapped, coalesce(d.years, []) AS years,
       coalesce(d.day, '') AS day, coalesce(d.first_year, 0) AS first_year, coalesce(d.last_year, 0) AS last_year,
       coalesce(d.is_partial, FALSE) AS is_partial,
       coalesce(h.numbers, []) AS numbers, coalesce(h.paper_kinds, []) AS paper_kinds,
       coalesce(h.paper_kind, '') AS paper_kind, coalesce(h.paper, '') AS paper,
       coalesce(h.halves, []) AS halves, coalesce(h.weak_numbers, []) AS weak_numbers, coalesce(h.phones, []) AS phones,
       coalesce(h.emails, []) AS emails, coalesce(h.addresses, []) AS addresses,
       coalesce(r.doors, []) AS doors,
       coalesce(k.gender, '') AS gender, coalesce(k.countries, []) AS countries, coalesce(k.marks, []) AS marks
FROM chosen e
LEFT JOIN named m USING (n)
LEFT JOIN split_name g USING (n)
LEFT JOIN dated d USING (n)
LEFT JOIN holding_values h USING (n)
LEFT JOIN door r USING (n)
LEFT JOIN marked k USING (n);

-- One agency's records that say the very same, a number included, are one at once: a client stands in
-- every transaction. They have one `twin` number.
ALTER TABLE record ADD COLUMN twin UBIGINT;
UPDATE record SET twin = hash(kind, dataset, names, given, family, days, years, numbers, weak_numbers, phones, emails,
                              addresses, gender, countries, marks)
WHERE len(numbers) > 0;
