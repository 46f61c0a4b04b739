-- Statements to links. Read by links.py, which then runs copresence.sql and ties.sql; every statement ends with a semicolon
-- at the end of its line. Inputs: view statement, table canonical, and the tables nexus_dataset, nexus_open, nexus_party_schema,
-- nexus_rule, nexus_placeholder that links.py fills. Every number of a node follows the order of canonical ids.

CREATE OR REPLACE TEMP MACRO nexus_plain(prop, value) AS
CASE prop WHEN 'phone' THEN regexp_replace(value, '[^0-9+]', '', 'g')
          ELSE trim(regexp_replace(lower(value), '[\s,.;]+', ' ', 'g')) END;

CREATE OR REPLACE TEMP MACRO nexus_fits(wanted, barred, said) AS
(wanted = '' OR regexp_matches(coalesce(said, ''), wanted)) AND (barred = '' OR NOT regexp_matches(coalesce(said, ''), barred));

CREATE OR REPLACE TEMP MACRO nexus_number(value) AS upper(regexp_replace(value, '[^A-Za-z0-9]', '', 'g'));

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
FROM (SELECT entity, prop, datediff('day', DATE '1970-01-01', CASE
             WHEN prop = 'endDate' AND length(value) = 4 THEN try_cast(value || '-12-31' AS DATE)
             WHEN prop = 'endDate' AND length(value) = 7 THEN last_day(try_cast(value || '-01' AS DATE))
             ELSE try_cast(CASE length(value) WHEN 4 THEN value || '-01-01' WHEN 7 THEN value || '-01' ELSE left(value, 10) END AS DATE)
             END) AS day
      FROM nexus_fact
      WHERE prop IN ('date', 'startDate', 'endDate') AND schema IN (SELECT schema FROM nexus_rule))
WHERE day IS NOT NULL GROUP BY entity;

-- Who acts for an account acts for its owners.
INSERT INTO nexus_arc
SELECT a.entity, a.schema, a.prop, o.value, least(a.grade, o.grade)
FROM nexus_arc a
JOIN nexus_arc t ON t.schema = 'Ownership' AND t.prop = 'asset' AND t.value = a.value
JOIN nexus_arc o ON o.entity = t.entity AND o.prop = 'owner'
WHERE a.schema IN ('UnknownLink', 'Representation') AND a.prop IN ('object', 'client');

CREATE OR REPLACE TEMP TABLE nexus_role AS
SELECT entity, lower(string_agg(DISTINCT value, ' ' ORDER BY value)) AS role FROM nexus_fact
WHERE prop = 'role' AND schema IN (SELECT schema FROM nexus_rule WHERE role <> '' OR not_role <> '') GROUP BY entity;

-- The same account, weapon, container, booking, craft, wallet, device or card in two files: by its own number, else by its id.
CREATE OR REPLACE TEMP TABLE nexus_thing AS
SELECT entity, CASE WHEN schema IN ('Vehicle', 'Vessel', 'Airplane') THEN 'vehicle' WHEN schema = 'BankAccount' THEN 'account'
                    ELSE '' END AS kind,
       upper(regexp_replace(CASE schema
         WHEN 'BankAccount' THEN coalesce(iban, account)
         WHEN 'Firearm' THEN serial || ' ' || coalesce(make, '')
         WHEN 'Container' THEN number
         WHEN 'Booking' THEN coalesce(carrier, '') || ' ' || locator
         WHEN 'CourtCase' THEN dataset || ' ' || case_number
         WHEN 'Vehicle' THEN registration
         WHEN 'Vessel' THEN coalesce('IMO ' || imo, 'MMSI ' || mmsi, registration)
         WHEN 'Airplane' THEN coalesce(registration, 'MSN ' || serial || ' ' || coalesce(model, ''))
         WHEN 'CryptoWallet' THEN coalesce(public_key, wallet)
         WHEN 'Device' THEN 'IMEI ' || imei
         WHEN 'PaymentCard' THEN 'CARD ' || token
         WHEN 'UserAccount' THEN service || ' ' || username END, '[^A-Za-z0-9 ]', '', 'g')) AS thing
FROM (SELECT entity, schema, min(dataset) AS dataset, min(value) FILTER (prop = 'iban') AS iban,
             min(value) FILTER (prop = 'accountNumber') AS account, min(value) FILTER (prop = 'serialNumber') AS serial,
             min(value) FILTER (prop = 'make') AS make, min(value) FILTER (prop = 'model') AS model,
             min(value) FILTER (prop = 'number') AS number,
             min(value) FILTER (prop = 'carrier') AS carrier, min(value) FILTER (prop = 'locatorCode') AS locator,
             min(value) FILTER (prop = 'caseNumber') AS case_number, min(value) FILTER (prop = 'registrationNumber') AS registration,
             min(value) FILTER (prop = 'imoNumber') AS imo, min(value) FILTER (prop = 'mmsi') AS mmsi,
             min(value) FILTER (prop IN ('publicKey', 'cryptoAddress')) AS public_key, min(value) FILTER (prop = 'accountId') AS wallet,
             min(value) FILTER (prop = 'imei') AS imei, min(value) FILTER (prop = 'token') AS token,
             min(value) FILTER (prop = 'service') AS service, min(value) FILTER (prop = 'username') AS username
      FROM nexus_fact
      WHERE schema IN ('BankAccount', 'Firearm', 'Container', 'Booking', 'CourtCase', 'Vehicle', 'Vessel', 'Airplane', 'CryptoWallet',
                       'Device', 'PaymentCard', 'UserAccount') GROUP BY entity, schema);

CREATE OR REPLACE TEMP TABLE nexus_member AS
SELECT r.bit, coalesce(t.thing, n.canonical, g.value) AS grp, w.node, w.entity, w.confidence, s.entity AS rel,
       d.first_day, d.last_day, least(s.grade, g.grade) AS grade, r.has_overlap, r.is_at_once, r.full_days, r.within_days
FROM nexus_rule r
JOIN nexus_arc s ON s.schema = r.schema AND s.prop = r.source
JOIN nexus_arc g ON g.entity = s.entity AND g.prop = r.target
JOIN nexus_who w ON w.entity = s.value
LEFT JOIN nexus_thing t ON t.entity = g.value
LEFT JOIN nexus_who gw ON gw.entity = g.value
LEFT JOIN nexus_node n ON n.node = gw.node
LEFT JOIN nexus_when d ON d.entity = s.entity
LEFT JOIN nexus_role o ON o.entity = s.entity
WHERE r.form = 'group' AND r.target <> 'cell' AND nexus_fits(r.role, r.not_role, o.role)
  AND (r.kind = '' OR r.kind = CASE WHEN n.canonical IS NOT NULL THEN 'party' WHEN t.kind = 'vehicle' THEN 'vehicle' ELSE 'account' END)
UNION ALL
SELECT r.bit, coalesce(t.thing, s.entity), w.node, w.entity, w.confidence, s.entity, d.first_day, d.last_day, s.grade, r.has_overlap,
       r.is_at_once, r.full_days, r.within_days
FROM nexus_rule r
JOIN nexus_arc s ON s.schema = r.schema AND s.prop = r.source
JOIN nexus_who w ON w.entity = s.value
LEFT JOIN nexus_thing t ON t.entity = s.entity
LEFT JOIN nexus_when d ON d.entity = s.entity
WHERE r.form = 'self'
UNION ALL
SELECT r.bit, CASE r.form WHEN 'wing' THEN c.wing ELSE c.cell END, w.node, w.entity, w.confidence, s.entity, d.first_day, d.last_day,
       s.grade, r.has_overlap, r.is_at_once, r.full_days, r.within_days
FROM nexus_rule r
JOIN nexus_arc s ON s.schema = r.schema AND s.prop = r.source
JOIN nexus_who w ON w.entity = s.value
JOIN (SELECT entity, upper(facility || ' ' || coalesce(wing, '') || ' ' || cell) AS cell, upper(facility || ' ' || wing) AS wing
      FROM (SELECT entity, max(value) FILTER (prop = 'facility') AS facility, max(value) FILTER (prop = 'wing') AS wing,
                   max(value) FILTER (prop = 'cell') AS cell
            FROM nexus_fact WHERE schema = 'PrisonStay' AND prop IN ('facility', 'wing', 'cell') GROUP BY entity)) c ON c.entity = s.entity
LEFT JOIN nexus_when d ON d.entity = s.entity
WHERE r.target IN ('cell', 'wing') AND CASE r.form WHEN 'wing' THEN c.wing ELSE c.cell END IS NOT NULL
UNION ALL
SELECT bit, grp, node, min_by(entity, (-confidence, entity)), max(confidence), min_by(entity, (-confidence, entity)), NULL, NULL,
       max(grade), false, false, 0, 0
FROM (SELECT r.bit, w.node, w.entity, w.confidence, f.grade, r.source,
             nexus_plain(r.source, f.value) AS grp
      FROM nexus_rule r JOIN nexus_fact f ON f.prop = r.source
      JOIN nexus_who w ON w.entity = f.entity
      WHERE r.form = 'value')
WHERE length(grp) >= 5 AND grp NOT IN (SELECT value FROM nexus_placeholder) AND regexp_matches(grp, '[0-9@]')
  AND replace(regexp_replace(grp, '[^0-9a-z]', '', 'g'), substr(regexp_replace(grp, '[^0-9a-z]', '', 'g'), 1, 1), '') <> ''
  -- A postal code and a town, e.g. 75008 paris france, is a place and no address.
  AND (source <> 'address' OR NOT regexp_full_match(grp, '([^0-9 ]+ ){0,2}[0-9]{5,6}( [^0-9 ]+){0,2}'))
GROUP BY bit, grp, node;

-- How many of a group were there at once: the most at one time, not all who ever were. An employer (a register) counts all.
CREATE OR REPLACE TEMP TABLE nexus_crowd AS
SELECT bit, grp, max(present)::INTEGER AS peak FROM (
    SELECT bit, grp, sum(change) OVER (PARTITION BY bit, grp ORDER BY day, change ROWS UNBOUNDED PRECEDING) AS present
    FROM (SELECT bit, grp, coalesce(first_day, -1000000) AS day, 1 AS change FROM nexus_member WHERE is_at_once
          UNION ALL
          SELECT bit, grp, coalesce(greatest(last_day, first_day + 1), 10000000), -1 FROM nexus_member WHERE is_at_once))
GROUP BY bit, grp;

CREATE OR REPLACE TEMP TABLE nexus_group AS
SELECT m.bit, m.grp, m.size, least(coalesce(c.peak, m.size), m.size)::INTEGER AS peak, l.code, l.hub_limit, l.is_open,
       least(coalesce(c.peak, m.size), m.size) > l.hub_limit AND NOT l.is_open AS is_hub
FROM (SELECT bit, grp, count(DISTINCT node)::INTEGER AS size FROM nexus_member GROUP BY bit, grp HAVING count(DISTINCT node) > 1) m
LEFT JOIN nexus_crowd c ON c.bit = m.bit AND c.grp = m.grp
JOIN (SELECT DISTINCT bit, code, hub_limit FROM nexus_rule) r ON r.bit = m.bit
CROSS JOIN LATERAL (SELECT r.code, r.hub_limit, r.code || ':' || m.grp IN (SELECT hub FROM nexus_open) AS is_open) l;

-- Who belongs to a group that is entered and not crossed.
CREATE OR REPLACE TEMP TABLE nexus_hub AS
SELECT DISTINCT g.code, g.grp, m.node FROM nexus_group g JOIN nexus_member m ON m.bit = g.bit AND m.grp = g.grp WHERE g.is_hub;

CREATE OR REPLACE TEMP TABLE nexus_link AS
SELECT least(a.node, b.node) AS i, greatest(a.node, b.node) AS j, r.bit, s.entity AS grp, 2 AS size, a.node < b.node AS is_forward,
       s.entity AS rel_i, s.entity AS rel_j, d.first_day, d.last_day,
       a.confidence * b.confidence AS identity, least(s.grade, t.grade) AS grade, NULL::VARCHAR AS said_i, NULL::VARCHAR AS said_j
FROM nexus_rule r
JOIN nexus_arc s ON s.schema = r.schema AND s.prop = r.source
JOIN nexus_arc t ON t.entity = s.entity AND t.prop = r.target
JOIN nexus_who a ON a.entity = s.value
JOIN nexus_who b ON b.entity = t.value
LEFT JOIN nexus_when d ON d.entity = s.entity
LEFT JOIN nexus_role o ON o.entity = s.entity
WHERE r.form = 'direct' AND a.node <> b.node AND nexus_fits(r.role, r.not_role, o.role)
UNION ALL
SELECT i, j, bit, grp, size, NULL, rel_i, rel_j, first_day, last_day, identity, grade, NULL, NULL
FROM (SELECT x.node AS i, y.node AS j, x.bit, x.grp, x.rel AS rel_i, y.rel AS rel_j, g.hub_limit, g.is_open,
             CASE WHEN x.has_overlap THEN greatest(x.first_day, y.first_day) ELSE least(x.first_day, y.first_day) END AS first_day,
             CASE WHEN x.has_overlap THEN least(x.last_day, y.last_day) ELSE greatest(x.last_day, y.last_day) END AS last_day,
             x.confidence * y.confidence AS identity, least(x.grade, y.grade) AS grade,
             -- A short time together counts as if the group were larger.
             CASE WHEN x.full_days = 0 OR x.first_day IS NULL OR y.first_day IS NULL OR x.last_day IS NULL AND y.last_day IS NULL THEN g.peak
                  ELSE ceil(g.peak * greatest(1, x.full_days / greatest(1, least(x.last_day, y.last_day)
                                                                          - greatest(x.first_day, y.first_day)))) END::INTEGER AS size
      FROM nexus_group g
      JOIN nexus_member x ON x.bit = g.bit AND x.grp = g.grp
      JOIN nexus_member y ON y.bit = g.bit AND y.grp = g.grp AND y.node > x.node
      WHERE NOT g.is_hub
        AND (NOT x.has_overlap OR ((x.first_day IS NULL OR y.last_day IS NULL OR x.first_day <= y.last_day)
                               AND (y.first_day IS NULL OR x.last_day IS NULL OR y.first_day <= x.last_day)))
        AND (x.within_days = 0 OR x.first_day IS NULL OR y.first_day IS NULL OR abs(x.first_day - y.first_day) <= x.within_days))
WHERE size <= hub_limit OR is_open;

DROP TABLE nexus_member;

DROP TABLE nexus_crowd;
