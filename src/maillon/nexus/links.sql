-- Statements to links to pairs. Read by links.py; every statement ends with a semicolon at the end of its line.
-- Inputs: view statement, table canonical, and the tables nexus_dataset, nexus_open, nexus_party_schema, nexus_rule,
-- nexus_placeholder that links.py fills. Every number of a node follows the order of canonical ids.

CREATE OR REPLACE TEMP MACRO nexus_plain(prop, value) AS
CASE prop WHEN 'phone' THEN regexp_replace(value, '[^0-9+]', '', 'g')
          ELSE trim(regexp_replace(lower(value), '[\s,.;]+', ' ', 'g')) END;

CREATE OR REPLACE TEMP VIEW nexus_fact AS
SELECT id, entity, schema, prop, value, dataset,
       (CASE source_grade WHEN 'A' THEN 1.0 WHEN 'B' THEN 0.9 WHEN 'C' THEN 0.75 WHEN 'D' THEN 0.5 WHEN 'E' THEN 0.2
            WHEN 'F' THEN 0.6 ELSE 0.8 END
      * CASE information_grade WHEN '1' THEN 1.0 WHEN '2' THEN 0.9 WHEN '3' THEN 0.75 WHEN '4' THEN 0.5 WHEN '5' THEN 0.2
            WHEN '6' THEN 0.6 ELSE 0.8 END
      * CASE kind WHEN 'hearsay' THEN 0.5 ELSE 1.0 END)::DOUBLE AS grade
FROM statement
WHERE kind <> 'assessment'
  AND (NOT EXISTS (SELECT 1 FROM nexus_dataset) OR dataset IN (SELECT dataset FROM nexus_dataset));

CREATE OR REPLACE TEMP TABLE nexus_party AS
SELECT f.entity, coalesce(c.canonical, f.entity) AS canonical, coalesce(c.confidence, 1.0) AS confidence, f.schema
FROM (SELECT entity, max(schema) AS schema FROM nexus_fact
      WHERE schema IN (SELECT schema FROM nexus_party_schema) GROUP BY entity) f
LEFT JOIN canonical c ON c.entity = f.entity;

CREATE OR REPLACE TEMP TABLE nexus_node AS
SELECT (row_number() OVER (ORDER BY canonical) - 1)::INTEGER AS node, canonical, schema
FROM (SELECT canonical, max(schema) AS schema FROM nexus_party GROUP BY canonical);

CREATE OR REPLACE TEMP TABLE nexus_who AS
SELECT p.entity, n.node, p.confidence FROM nexus_party p JOIN nexus_node n ON n.canonical = p.canonical;

DROP TABLE nexus_party;

CREATE OR REPLACE TEMP TABLE nexus_arc AS
SELECT entity, schema, prop, value, max(grade) AS grade FROM nexus_fact
WHERE (schema, prop) IN (SELECT schema, source FROM nexus_rule WHERE schema <> '' UNION SELECT schema, target FROM nexus_rule WHERE schema <> '')
GROUP BY ALL;

-- A payment that names an account only is a payment of the account's owners.
INSERT INTO nexus_arc
SELECT a.entity, 'Payment', a.side, o.value, least(a.grade, o.grade)
FROM (SELECT entity, value, grade, CASE prop WHEN 'payerAccount' THEN 'payer' ELSE 'beneficiary' END AS side
      FROM nexus_fact WHERE schema = 'Payment' AND prop IN ('payerAccount', 'beneficiaryAccount')) a
JOIN nexus_arc t ON t.schema = 'Ownership' AND t.prop = 'asset' AND t.value = a.value
JOIN nexus_arc o ON o.entity = t.entity AND o.prop = 'owner'
WHERE NOT EXISTS (SELECT 1 FROM nexus_arc p WHERE p.entity = a.entity AND p.schema = 'Payment' AND p.prop = a.side);

CREATE OR REPLACE TEMP TABLE nexus_when AS
SELECT entity,
       min(day) FILTER (prop IN ('date', 'startDate')) AS first_day,
       CASE WHEN count(*) FILTER (prop = 'startDate') > 0 THEN max(day) FILTER (prop = 'endDate')
            ELSE max(day) END AS last_day
FROM (SELECT entity, prop, datediff('day', DATE '1970-01-01', try_cast(CASE length(value) WHEN 4 THEN value || '-01-01'
             WHEN 7 THEN value || '-01' ELSE left(value, 10) END AS DATE)) AS day
      FROM nexus_fact
      WHERE prop IN ('date', 'startDate', 'endDate') AND schema IN (SELECT schema FROM nexus_rule))
WHERE day IS NOT NULL GROUP BY entity;

-- The same account, weapon, container or booking in two files: by its own number, else by its id.
CREATE OR REPLACE TEMP TABLE nexus_thing AS
SELECT entity, upper(regexp_replace(CASE schema
         WHEN 'BankAccount' THEN coalesce(iban, account)
         WHEN 'Firearm' THEN serial || ' ' || coalesce(make, '')
         WHEN 'Container' THEN number
         WHEN 'Booking' THEN coalesce(carrier, '') || ' ' || locator
         WHEN 'CourtCase' THEN dataset || ' ' || case_number END, '[^A-Za-z0-9 ]', '', 'g')) AS thing
FROM (SELECT entity, schema, min(dataset) AS dataset, min(value) FILTER (prop = 'iban') AS iban,
             min(value) FILTER (prop = 'accountNumber') AS account, min(value) FILTER (prop = 'serialNumber') AS serial,
             min(value) FILTER (prop = 'make') AS make, min(value) FILTER (prop = 'number') AS number,
             min(value) FILTER (prop = 'carrier') AS carrier, min(value) FILTER (prop = 'locatorCode') AS locator,
             min(value) FILTER (prop = 'caseNumber') AS case_number
      FROM nexus_fact WHERE schema IN ('BankAccount', 'Firearm', 'Container', 'Booking', 'CourtCase') GROUP BY entity, schema);

CREATE OR REPLACE TEMP TABLE nexus_member AS
SELECT r.bit, coalesce(t.thing, n.canonical, g.value) AS grp, w.node, w.entity, w.confidence, s.entity AS rel,
       d.first_day, d.last_day, least(s.grade, g.grade) AS grade, r.has_overlap
FROM nexus_rule r
JOIN nexus_arc s ON s.schema = r.schema AND s.prop = r.source
JOIN nexus_arc g ON g.entity = s.entity AND g.prop = r.target
JOIN nexus_who w ON w.entity = s.value
LEFT JOIN nexus_thing t ON t.entity = g.value
LEFT JOIN nexus_who gw ON gw.entity = g.value
LEFT JOIN nexus_node n ON n.node = gw.node
LEFT JOIN nexus_when d ON d.entity = s.entity
WHERE r.form = 'group' AND r.target <> 'cell'
  AND (r.code <> 'account' OR n.canonical IS NULL) AND (r.code <> 'codirector' OR n.canonical IS NOT NULL)
UNION ALL
SELECT r.bit, coalesce(t.thing, s.entity), w.node, w.entity, w.confidence, s.entity, d.first_day, d.last_day, s.grade, r.has_overlap
FROM nexus_rule r
JOIN nexus_arc s ON s.schema = r.schema AND s.prop = r.source
JOIN nexus_who w ON w.entity = s.value
LEFT JOIN nexus_thing t ON t.entity = s.entity
LEFT JOIN nexus_when d ON d.entity = s.entity
WHERE r.form = 'self'
UNION ALL
SELECT r.bit, c.grp, w.node, w.entity, w.confidence, s.entity, d.first_day, d.last_day, s.grade, r.has_overlap
FROM nexus_rule r
JOIN nexus_arc s ON s.schema = r.schema AND s.prop = r.source
JOIN nexus_who w ON w.entity = s.value
JOIN (SELECT entity, upper(max(value) FILTER (prop = 'facility') || ' ' || coalesce(max(value) FILTER (prop = 'wing'), '')
             || ' ' || max(value) FILTER (prop = 'cell')) AS grp
      FROM nexus_fact WHERE schema = 'PrisonStay' AND prop IN ('facility', 'wing', 'cell') GROUP BY entity) c ON c.entity = s.entity
LEFT JOIN nexus_when d ON d.entity = s.entity
WHERE r.form = 'group' AND r.target = 'cell' AND c.grp IS NOT NULL
UNION ALL
SELECT bit, grp, node, min_by(entity, (-confidence, entity)), max(confidence), min_by(entity, (-confidence, entity)), NULL, NULL,
       max(grade), false
FROM (SELECT r.bit, w.node, w.entity, w.confidence, f.grade,
             nexus_plain(r.source, f.value) AS grp
      FROM nexus_rule r JOIN nexus_fact f ON f.prop = r.source
      JOIN nexus_who w ON w.entity = f.entity
      WHERE r.form = 'value')
WHERE length(grp) >= 5 AND grp NOT IN (SELECT value FROM nexus_placeholder) AND regexp_matches(grp, '[0-9@]')
  AND replace(regexp_replace(grp, '[^0-9a-z]', '', 'g'), substr(regexp_replace(grp, '[^0-9a-z]', '', 'g'), 1, 1), '') <> ''
GROUP BY bit, grp, node;

CREATE OR REPLACE TEMP TABLE nexus_group AS
SELECT m.bit, m.grp, count(DISTINCT m.node)::INTEGER AS size, any_value(l.code) AS code,
       count(DISTINCT m.node) > any_value(l.hub_limit)
       AND any_value(l.code) || ':' || m.grp NOT IN (SELECT hub FROM nexus_open) AS is_hub
FROM nexus_member m JOIN (SELECT DISTINCT bit, code, hub_limit FROM nexus_rule) l ON l.bit = m.bit
GROUP BY m.bit, m.grp HAVING count(DISTINCT m.node) > 1;

CREATE OR REPLACE TEMP TABLE nexus_link AS
SELECT least(a.node, b.node) AS i, greatest(a.node, b.node) AS j, r.bit, s.entity AS grp, 2 AS size, a.node < b.node AS is_forward,
       s.entity AS rel_i, s.entity AS rel_j, d.first_day, d.last_day,
       a.confidence * b.confidence AS identity, least(s.grade, t.grade) AS grade
FROM nexus_rule r
JOIN nexus_arc s ON s.schema = r.schema AND s.prop = r.source
JOIN nexus_arc t ON t.entity = s.entity AND t.prop = r.target
JOIN nexus_who a ON a.entity = s.value
JOIN nexus_who b ON b.entity = t.value
LEFT JOIN nexus_when d ON d.entity = s.entity
WHERE r.form = 'direct' AND a.node <> b.node
UNION ALL
SELECT x.node, y.node, x.bit, x.grp, g.size, NULL, x.rel, y.rel,
       CASE WHEN x.has_overlap THEN greatest(x.first_day, y.first_day) ELSE least(x.first_day, y.first_day) END,
       CASE WHEN x.has_overlap THEN least(x.last_day, y.last_day) ELSE greatest(x.last_day, y.last_day) END,
       x.confidence * y.confidence, least(x.grade, y.grade)
FROM nexus_group g
JOIN nexus_member x ON x.bit = g.bit AND x.grp = g.grp
JOIN nexus_member y ON y.bit = g.bit AND y.grp = g.grp AND y.node > x.node
WHERE NOT g.is_hub
  AND (NOT x.has_overlap OR ((x.first_day IS NULL OR y.last_day IS NULL OR x.first_day <= y.last_day)
                         AND (y.first_day IS NULL OR x.last_day IS NULL OR y.first_day <= x.last_day)));

DROP TABLE nexus_member;

DROP TABLE nexus_arc;

-- One row a pair and channel. Only minima, maxima and counts: the same for any number of threads.
CREATE OR REPLACE TEMP TABLE nexus_tie AS
SELECT i, j, bit, count(DISTINCT grp)::INTEGER AS n, min(size)::INTEGER AS size, min(first_day)::INTEGER AS first_day,
       max(last_day)::INTEGER AS last_day,
       coalesce(sum(first_day + last_day), 0)::BIGINT AS day_sum, count(first_day + last_day)::INTEGER AS dated,
       max(identity) AS identity, max(grade) AS grade
FROM nexus_link GROUP BY i, j, bit;
