"""Functions that a save calls: fewer journeys to the server, and fewer statements there.

``hold_record`` answers all that the save of one record asks before it writes. It is a function because what it reads must be
read after the lock is held: a statement sees what was committed before the statement began.

``own_branch``, ``kind`` and ``channel_of`` answer as before, in a language that keeps their plans.

``revision_continues`` refuses what it refused before, in fewer statements. It asks for the version before by a scalar subquery:
for an EXISTS a server that has not counted its rows yet reads the whole table at each save.
"""

from __future__ import annotations

SAVING = """
CREATE OR REPLACE FUNCTION orglife.own_branch() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT l.branch FROM orglife.login l WHERE l.role = session_user AND l.removed IS NULL);
END $$;
CREATE OR REPLACE FUNCTION orglife.kind() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT l.kind FROM orglife.login l WHERE l.role = session_user AND l.removed IS NULL);
END $$;
CREATE OR REPLACE FUNCTION orglife.channel_of(a_branch text) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT 'ol' || left(encode(sha256(convert_to(s.value || ' ' || a_branch, 'UTF8')), 'hex'), 48)
    FROM orglife.hint_secret s);
END $$;

-- version and action are NULL for a record that was never saved. settled: there is no draft, or its last row settles it.
CREATE FUNCTION orglife.hold_record(a_campaign text, a_branch text, a_type text, a_record text, OUT number integer,
    OUT hash text, OUT now timestamptz, OUT version integer, OUT action text, OUT settled boolean)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  SELECT h.number, h.hash, h.now INTO number, hash, now FROM orglife.hold_chain(a_campaign, a_branch) h;
  SELECT r.version, r.action INTO version, action FROM orglife.revision r
    WHERE r.campaign = a_campaign AND r.branch = a_branch AND r.type = a_type AND r.record = a_record
    ORDER BY r.version DESC LIMIT 1;
  settled := coalesce((SELECT d.fields IS NULL
      AND d.hash = orglife.draft_hash(d.campaign, d.branch, d.type, d.record, d.who, d.at, d.fields)
    FROM orglife.draft d WHERE d.campaign = a_campaign AND d.branch = a_branch AND d.type = a_type AND d.record = a_record
    ORDER BY d.seq DESC LIMIT 1), true);
END $$;
REVOKE ALL ON FUNCTION orglife.hold_record(text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION orglife.hold_record(text, text, text, text) TO orglife_user;

CREATE OR REPLACE FUNCTION orglife.revision_continues() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE one record; wrong text;
BEGIN
  FOR one IN SELECT f.campaign, f.branch, min(f.number) AS first, max(f.number) AS last FROM fresh f
             GROUP BY f.campaign, f.branch ORDER BY f.campaign, f.branch LOOP
    INSERT INTO orglife.chain AS c (campaign, branch) VALUES (one.campaign, one.branch) ON CONFLICT DO NOTHING;
    UPDATE orglife.chain c SET number = one.last,
      hash = (SELECT f.hash FROM fresh f WHERE f.campaign = one.campaign AND f.branch = one.branch AND f.number = one.last)
      WHERE c.campaign = one.campaign AND c.branch = one.branch AND c.number = one.first - 1 AND c.hash =
        (SELECT f.prev FROM fresh f WHERE f.campaign = one.campaign AND f.branch = one.branch AND f.number = one.first);
    IF NOT FOUND THEN
      RAISE EXCEPTION 'revision: does not continue its chain' USING ERRCODE = '23000';
    END IF;
  END LOOP;
  SELECT x.wrong INTO wrong FROM (SELECT CASE
      WHEN f.prev <> f.hash_before OR f.number <> f.number_before + 1 THEN 'does not continue its chain'
      WHEN f.version <> 1 + coalesce(f.version_before, CASE f.version WHEN 1 THEN 0 ELSE (SELECT r.version
          FROM orglife.revision r WHERE r.campaign = f.campaign AND r.branch = f.branch AND r.type = f.type
            AND r.record = f.record AND r.version = f.version - 1) END, f.version) THEN 'versions have a gap'
    END AS wrong FROM (SELECT g.campaign, g.branch, g.type, g.record, g.number, g.version, g.prev,
        lag(g.hash) OVER chained AS hash_before, lag(g.number) OVER chained AS number_before,
        lag(g.version) OVER (PARTITION BY g.campaign, g.branch, g.type, g.record ORDER BY g.number) AS version_before
      FROM fresh g WINDOW chained AS (PARTITION BY g.campaign, g.branch ORDER BY g.number)) f) x
    WHERE x.wrong IS NOT NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'revision: %', wrong USING ERRCODE = '23000';
  END IF;
  IF EXISTS (SELECT FROM fresh f WHERE f.hash <> orglife.revision_hash(f.campaign, f.branch, f.number, f.type, f.record,
      f.version, f.who, f.at, f.action, f.body, f.prev)) THEN
    RAISE EXCEPTION 'revision: not what its hash says' USING ERRCODE = '23000';
  END IF;
  RETURN NULL;
END $$;
"""
