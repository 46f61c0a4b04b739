-- What each entity says that can tell whether two are one.
-- Input: `source` (statements), `holding`, `chosen` (rows of `entity` to build), `property_row` (properties.csv).
-- Output: `said`.

CREATE OR REPLACE TEMP TABLE said AS
SELECT DISTINCT e.n, e.kind, p.says, p.within, p.paper, p.property = 'name' AS is_first, s.value
FROM source s
JOIN chosen e ON e.entity = s.entity
JOIN property_row p ON p.record = e.kind AND p.property = s.prop AND NOT contains(p.says, 'holder');

INSERT INTO said
SELECT DISTINCT e.n, e.kind, 'number', p.within, p.paper, FALSE, s.value
FROM holding h
JOIN (SELECT entity, schema, prop, value FROM source
      WHERE schema IN ('Passport', 'Identification') AND prop IN ('number', 'passportNumber')) s ON s.entity = h.paper
JOIN chosen e ON e.entity = h.holder
JOIN property_row p ON p.record = e.kind AND p.says = 'number of holder' AND p.schema = s.schema AND p.property = s.prop;

INSERT INTO said
SELECT DISTINCT d.n, d.kind, 'name', '', '', TRUE, s.value
FROM holding h
JOIN chosen d ON d.entity = h.paper AND d.kind = 'document'
JOIN (SELECT DISTINCT entity, value FROM source WHERE prop = 'name') s ON s.entity = h.holder;

-- an entry of a list: its publisher says what it is listed for, and has told its entries apart
INSERT INTO said
SELECT DISTINCT e.n, e.kind, 'listed', '', '', FALSE, e.dataset
FROM source s JOIN chosen e ON e.entity = s.entity WHERE s.prop = 'topics' AND e.kind IN ('person', 'firm');
