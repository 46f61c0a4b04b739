-- The records that resolution compares: one row an entity, numbers in place of words.
-- Input: `name_form` (names.py), and of some entities: `some_entity`, `some_said` (features.sql),
-- `some_held`, `some_word` (held.sql). Output: `record`.

CREATE OR REPLACE TEMP TABLE named AS
SELECT n,
       -- a person's single words, such as an alias, are no full name beside one
       CASE WHEN any_value(s.kind) = 'person' AND max(f.size) > 1
            THEN list_sort(list_distinct(list(f.text) FILTER (f.size > 1)))
            ELSE list_sort(list_distinct(list(f.text))) END AS names,
       CASE WHEN any_value(s.kind) = 'person' AND max(f.size) > 1
            THEN list_sort(list_distinct(flatten(list(f.whole) FILTER (f.size > 1))))
            ELSE list_sort(list_distinct(flatten(list(f.whole)))) END AS whole,
       list_sort(list_distinct(list(f.text) FILTER (is_rare(f.weight)))) AS rare_names,
       list_sort(list_distinct(flatten(list(f.whole) FILTER (is_rare(f.weight))))) AS rare_whole,
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
FROM some_said s JOIN name_form f ON f.value = s.value AND f.organisation = (s.kind = 'firm')
WHERE s.says = 'name' GROUP BY n;

CREATE OR REPLACE TEMP TABLE split_name AS
SELECT n,
       string_agg(f.spelt, ' ' ORDER BY f.spelt) FILTER (s.says = 'given') AS given,
       string_agg(f.spelt, ' ' ORDER BY f.spelt) FILTER (s.says = 'family') AS family,
       list_sort(list_distinct(flatten(list(f.parts) FILTER (s.says = 'given')))) AS given_keys,
       list_sort(list_distinct(flatten(list(f.parts) FILTER (s.says = 'family')))) AS family_keys
FROM some_said s JOIN name_form f ON f.value = s.value AND f.organisation = (s.kind = 'firm')
WHERE s.says IN ('given', 'family') GROUP BY n;

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
FROM some_held GROUP BY n;

-- what two spellings of one address have in common: all its numbers where it has several, and the
-- numbers of house and flat beside two of its words
CREATE OR REPLACE TEMP TABLE door AS
SELECT n, list_sort(list_distinct(list(number_of('door', door)))) AS doors FROM (
  SELECT n, string_agg(word, ' ' ORDER BY word) AS door FROM some_word WHERE is_number
  GROUP BY n, place HAVING count(*) > 1
  UNION ALL
  SELECT d.n, d.word || ' ' || one.word || ' ' || two.word
  FROM (SELECT n, place, string_agg(word, ' ' ORDER BY word) AS word FROM some_word
        WHERE is_number AND length(word) < 4 GROUP BY n, place) d
  JOIN some_word one ON one.n = d.n AND one.place = d.place AND NOT one.is_number AND length(one.word) > 3
  JOIN some_word two ON two.n = d.n AND two.place = d.place AND NOT two.is_number AND length(two.word) > 3
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
FROM (SELECT DISTINCT n, value[1:10] AS value FROM some_said WHERE says = 'date')
WHERE regexp_matches(value, '^[12][0-9]{3}(-[0-9]{2}(-[0-9]{2})?)?$') 
  AND value NOT IN (SELECT value FROM placeholder WHERE kind = 'date')
GROUP BY n;

CREATE OR REPLACE TEMP TABLE marked AS
SELECT n, min(value) FILTER (says = 'gender') AS gender, min(value) FILTER (says = 'listed') AS listed,
       list_sort(list_distinct(list(lower(value)) FILTER (says = 'country'))) AS countries,
       list_sort(list_distinct(list(plain(value)) FILTER (says = 'mark'))) AS marks
FROM some_said WHERE says IN ('gender', 'listed', 'country', 'mark')
  AND upper(trim(value)) NOT IN (SELECT value FROM placeholder WHERE kind = 'any')
GROUP BY n;

-- One agency's records that say the very same, a number included, are one at once: a client stands in
-- every transaction. They have one `twin` number.
CREATE OR REPLACE TEMP TABLE record AS
SELECT *, CASE WHEN len(numbers) > 0 THEN
            hash(kind, dataset, names, given, family, days, years, numbers, weak_numbers, phones, emails, addresses,
                 gender, countries, marks) END AS twin
FROM (
  SELECT e.n AS unique_id, e.kind, e.dataset,
         coalesce(m.names, []) AS names, coalesce(m.whole, []) AS whole,
         coalesce(m.rare_names, []) AS rare_names, coalesce(m.rare_whole, []) AS rare_whole, coalesce(m.pairs, []) AS pairs,
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
         coalesce(k.gender, '') AS gender, coalesce(k.listed, '') AS listed, coalesce(k.countries, []) AS countries, coalesce(k.marks, []) AS marks
  FROM some_entity e
  LEFT JOIN named m USING (n)
  LEFT JOIN split_name g USING (n)
  LEFT JOIN dated d USING (n)
  LEFT JOIN holding_values h USING (n)
  LEFT JOIN door r USING (n)
  LEFT JOIN marked k USING (n)
);
