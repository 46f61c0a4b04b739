-- Links that stand on more than one relation or on a text. Read by links.py between links.sql and ties.sql; adds to nexus_link.

-- OWN: one entity names the other itself, e.g. a company its parent.
INSERT INTO nexus_link
SELECT least(a.node, b.node), greatest(a.node, b.node), r.bit, f.id, 2, a.node < b.node, f.entity, f.entity, NULL, NULL,
       a.confidence * b.confidence, f.grade, f.id, f.id
FROM nexus_rule r
JOIN nexus_fact f ON f.schema = r.schema AND f.prop = r.target
JOIN nexus_who a ON a.entity = f.entity
JOIN nexus_who b ON b.entity = f.value
WHERE r.form = 'own' AND a.node <> b.node;

-- NAMED: a text of one entity names another of the same dataset, by a name that only one node there bears; a full stop
-- at the end (S.A.) may have been that of the sentence.
CREATE OR REPLACE TEMP TABLE nexus_bearer AS
SELECT dataset, written, min(node) AS node, max(confidence) AS confidence FROM (
    SELECT s.dataset, upper(rtrim(trim(coalesce(s.original_value, s.value)), '.')) AS written, w.node, w.confidence
    FROM statement s JOIN nexus_who w ON w.entity = s.entity
    WHERE s.prop = 'name' AND s.kind <> 'assessment'
      AND s.dataset IN (SELECT f.dataset FROM nexus_rule r JOIN nexus_fact f ON f.prop = r.source AND starts_with(f.value, r.phrase)
                        WHERE r.form = 'named'))
GROUP BY dataset, written HAVING count(DISTINCT node) = 1;

INSERT INTO nexus_link
SELECT least(a.node, b.node), greatest(a.node, b.node), r.bit, f.id, 2, a.node < b.node, f.entity, f.entity, NULL, NULL,
       a.confidence * b.confidence, f.grade, f.id, f.id
FROM nexus_rule r
JOIN nexus_fact f ON f.prop = r.source AND starts_with(f.value, r.phrase)
JOIN nexus_who a ON a.entity = f.entity
JOIN nexus_bearer b ON b.dataset = f.dataset AND b.written = upper(rtrim(trim(substr(f.value, length(r.phrase) + 1)), '.'))
WHERE r.form = 'named' AND a.node <> b.node;

DROP TABLE nexus_bearer;

-- RANGE: two papers of one series (letters, number of digits) at most 3 apart, where the numbers about are so few that
-- chance gives less than one such neighbour in twenty. Two records of one name are a question for resolution, not a link.
CREATE OR REPLACE TEMP TABLE nexus_paper AS
SELECT bit, node, series, number, min_by(entity, (-confidence, entity)) AS entity, max(confidence) AS confidence, max(grade) AS grade,
       min(id) AS said,
       count(*) OVER (PARTITION BY bit, series ORDER BY number RANGE BETWEEN 1000 PRECEDING AND 1000 FOLLOWING) AS about
FROM (SELECT r.bit, w.node, w.confidence, f.id, f.entity, f.grade,
             regexp_extract(nexus_number(f.value), '^([A-Z]{0,3})([0-9]{5,12})$', 1) || '/'
             || length(regexp_extract(nexus_number(f.value), '^([A-Z]{0,3})([0-9]{5,12})$', 2)) AS series,
             try_cast(regexp_extract(nexus_number(f.value), '^([A-Z]{0,3})([0-9]{5,12})$', 2) AS BIGINT) AS number
      FROM nexus_rule r
      JOIN nexus_fact f ON f.prop = r.source
      LEFT JOIN nexus_fact h ON h.entity = f.entity AND h.prop = 'holder'
      JOIN nexus_who w ON w.entity = coalesce(h.value, f.entity)
      WHERE r.form = 'range' AND lower(f.value) NOT IN (SELECT value FROM nexus_placeholder))
WHERE number IS NOT NULL
GROUP BY bit, node, series, number;

CREATE OR REPLACE TEMP TABLE nexus_near AS
SELECT x.bit, x.series || ':' || x.number AS grp, 1 + y.number - x.number AS size, x.node AS one, y.node AS other,
       x.entity AS rel_one, y.entity AS rel_other, x.confidence * y.confidence AS identity, least(x.grade, y.grade) AS grade,
       x.said AS said_one, y.said AS said_other
FROM (SELECT *, unnest([1, 2, 3]) AS gap FROM nexus_paper) x
JOIN nexus_paper y ON y.bit = x.bit AND y.series = x.series AND y.number = x.number + x.gap AND y.node <> x.node
WHERE (greatest(x.about, y.about) - 2) * (y.number - x.number) <= 50;

DROP TABLE nexus_paper;

CREATE OR REPLACE TEMP TABLE nexus_named_alike AS
WITH called AS (SELECT DISTINCT w.node, lower(f.value) AS name FROM nexus_who w JOIN nexus_fact f ON f.entity = w.entity AND f.prop = 'name'
                WHERE w.node IN (SELECT one FROM nexus_near UNION SELECT other FROM nexus_near))
SELECT DISTINCT p.one, p.other FROM nexus_near p JOIN called a ON a.node = p.one JOIN called b ON b.node = p.other AND b.name = a.name;

INSERT INTO nexus_link
SELECT least(one, other), greatest(one, other), bit, grp, size, NULL, CASE WHEN one < other THEN rel_one ELSE rel_other END,
       CASE WHEN one < other THEN rel_other ELSE rel_one END, NULL, NULL, identity, grade,
       CASE WHEN one < other THEN said_one ELSE said_other END, CASE WHEN one < other THEN said_other ELSE said_one END
FROM nexus_near p ANTI JOIN nexus_named_alike USING (one, other);

DROP TABLE nexus_near;

DROP TABLE nexus_named_alike;

-- RIDE: three journeys of one way together, or two side by side, in different bookings, and four times what their travels give by chance.
CREATE OR REPLACE TEMP TABLE nexus_ride AS
SELECT *, count(*) OVER (PARTITION BY node) AS rides FROM (
    SELECT r.bit, w.node, t.value AS trip, coalesce(max(n.value), '') AS route, coalesce(max(b.value), '') AS booking,
           max(k.value) AS seat, max(s.entity) AS rel, max(w.confidence) AS confidence, min(least(s.grade, t.grade)) AS grade,
           min(d.first_day) AS first_day, max(d.last_day) AS last_day
    FROM nexus_rule r
    JOIN nexus_arc s ON s.schema = r.schema AND s.prop = r.source
    JOIN nexus_arc t ON t.entity = s.entity AND t.prop = r.target
    JOIN nexus_who w ON w.entity = s.value
    LEFT JOIN nexus_arc b ON b.entity = s.entity AND b.prop = 'booking'
    LEFT JOIN nexus_fact n ON n.entity = t.value AND n.prop = 'name'
    LEFT JOIN nexus_fact k ON k.entity = s.entity AND k.prop = 'seat'
    LEFT JOIN nexus_when d ON d.entity = s.entity
    LEFT JOIN nexus_role o ON o.entity = s.entity
    WHERE r.form = 'ride' AND nexus_fits(r.role, r.not_role, o.role)
    GROUP BY r.bit, w.node, t.value);

CREATE OR REPLACE TEMP TABLE nexus_together AS
SELECT x.bit, x.node AS i, y.node AS j, x.trip, x.rel AS rel_i, y.rel AS rel_j, x.first_day, x.last_day,
       x.confidence * y.confidence AS identity, least(x.grade, y.grade) AS grade,
       coalesce(nullif(regexp_extract(x.seat, '^0*([0-9]+)', 1), '') = regexp_extract(y.seat, '^0*([0-9]+)', 1)
           AND abs(unicode(upper(right(x.seat, 1))) - unicode(upper(right(y.seat, 1)))) = 1, false) AS is_beside,
       count(*) OVER (PARTITION BY x.bit, x.node, y.node) AS times
FROM nexus_ride x JOIN nexus_ride y ON y.bit = x.bit AND y.trip = x.trip AND y.node > x.node
WHERE x.rides >= 2 AND y.rides >= 2 AND (x.booking <> y.booking OR x.booking = '');

INSERT INTO nexus_link
WITH route AS (SELECT bit, route, count(DISTINCT trip) AS trips FROM nexus_ride GROUP BY bit, route),
     habit AS (SELECT bit, node, route, count(*) AS rides FROM nexus_ride GROUP BY bit, node, route),
     pair AS (SELECT bit, i, j, any_value(times) AS times, count(*) FILTER (is_beside) AS beside FROM nexus_together GROUP BY bit, i, j
              HAVING any_value(times) >= 3 OR count(*) FILTER (is_beside) >= 2),
     odds AS (SELECT p.bit, p.i, p.j, sum(1000000 * a.rides * b.rides // r.trips)::BIGINT AS millionths
              FROM pair p JOIN habit a ON a.bit = p.bit AND a.node = p.i
              JOIN habit b ON b.bit = p.bit AND b.node = p.j AND b.route = a.route
              JOIN route r ON r.bit = p.bit AND r.route = a.route GROUP BY p.bit, p.i, p.j)
SELECT t.i, t.j, t.bit, t.trip, (2 + 8 * o.millionths // (1000000 * p.times))::INTEGER, NULL, t.rel_i, t.rel_j, t.first_day, t.last_day,
       t.identity, t.grade, NULL, NULL
FROM nexus_together t JOIN pair p ON p.bit = t.bit AND p.i = t.i AND p.j = t.j JOIN odds o ON o.bit = t.bit AND o.i = t.i AND o.j = t.j
WHERE 1000000 * p.times >= 4 * o.millionths;

DROP TABLE nexus_together;

DROP TABLE nexus_ride;

-- WING: whoever shared a cell is not tied by its wing again.
DELETE FROM nexus_link WHERE bit IN (SELECT bit FROM nexus_rule WHERE form = 'wing')
  AND (i, j) IN (SELECT i, j FROM nexus_link WHERE bit IN (SELECT bit FROM nexus_rule WHERE target = 'cell'));
