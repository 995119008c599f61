"""Hints of saves: who has a page open is told at once that there is something new to read.

A hint is empty, and travels on a channel whose name only those can know who may read what was saved: the login of the branch,
and its bureau. Every login may listen to any channel, so the names are made from a secret that no login can read. A hint is no
proof: whoever hears one asks the ends of the chains, and whoever misses one sees it the next time.

Of what the bureau saves, only the branches are told that an order or a remark names, now or before.
"""

from __future__ import annotations

HINTS = """
CREATE TABLE orglife.hint_secret (value text COLLATE "C" NOT NULL);
ALTER TABLE orglife.hint_secret ENABLE ROW LEVEL SECURITY;
INSERT INTO orglife.hint_secret VALUES (gen_random_uuid()::text || gen_random_uuid()::text);

CREATE FUNCTION orglife.channel_of(a_branch text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  RETURN (SELECT 'ol' || left(encode(sha256(convert_to(s.value || ' ' || a_branch, 'UTF8')), 'hex'), 48)
    FROM orglife.hint_secret s);
CREATE FUNCTION orglife.own_channel() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp RETURN orglife.channel_of(orglife.own_branch());

CREATE FUNCTION orglife.give_hint(branches text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify(orglife.channel_of(b), '') FROM (SELECT DISTINCT unnest(branches || '_bureau'::text) AS b) x
    WHERE b IS NOT NULL;
END $$;

CREATE FUNCTION orglife.hint_of_revisions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM orglife.give_hint(array_agg(DISTINCT f.branch)) FROM fresh f;
  IF EXISTS (SELECT FROM fresh f WHERE f.branch = '_bureau' AND f.type IN ('redo_order', 'remark')) THEN
    PERFORM orglife.give_hint(array_agg(DISTINCT r.body::json ->> 'branch')) FROM fresh f JOIN orglife.revision r
      ON r.campaign = f.campaign AND r.branch = f.branch AND r.type = f.type AND r.record = f.record
      WHERE f.branch = '_bureau' AND f.type IN ('redo_order', 'remark') AND r.body IS NOT NULL;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER revision_told AFTER INSERT ON orglife.revision REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION orglife.hint_of_revisions();

CREATE FUNCTION orglife.hint_of_drafts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM orglife.give_hint(array_agg(DISTINCT f.branch)) FROM fresh f;
  RETURN NULL;
END $$;
CREATE TRIGGER draft_told AFTER INSERT ON orglife.draft REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION orglife.hint_of_drafts();

CREATE FUNCTION orglife.hint_of_loans() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM orglife.give_hint(ARRAY[NEW.branch]);
  RETURN NULL;
END $$;
CREATE TRIGGER loan_told AFTER INSERT OR UPDATE ON orglife.loan FOR EACH ROW EXECUTE FUNCTION orglife.hint_of_loans();

REVOKE ALL ON FUNCTION orglife.channel_of(text), orglife.own_channel(), orglife.give_hint(text[]),
  orglife.hint_of_revisions(), orglife.hint_of_drafts(), orglife.hint_of_loans() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION orglife.own_channel() TO orglife_user;
"""
