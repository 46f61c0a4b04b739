-- Links to one row a pair and channel. Read by links.py after copresence.sql.
-- Only minima, maxima, counts and sums of whole numbers: the same for any number of threads.

CREATE OR REPLACE TEMP TABLE nexus_tie AS
SELECT i, j, bit, count(DISTINCT grp)::INTEGER AS n, min(size)::INTEGER AS size, min(first_day)::INTEGER AS first_day,
       max(last_day)::INTEGER AS last_day,
       coalesce(sum(first_day + last_day), 0)::BIGINT AS day_sum, count(first_day + last_day)::INTEGER AS dated,
       max(identity) AS identity, max(grade) AS grade
FROM nexus_link GROUP BY i, j, bit;

DROP TABLE nexus_arc;

DROP TABLE nexus_role;
