"""The tables of loans: a branch whose records somebody took home can be read on the server, and nobody saves to it there.

``lend``, ``bring_back`` and ``end_loan`` are the only ways to change a loan: a branch lends and brings back itself, the
bureau ends a loan and says why. Each holds the rows of ``login`` of the branch, and whoever saves to the branch waits for
them: so no row comes after the loan was begun. A transaction that sees an older moment (REPEATABLE READ) would not see the
loan, and may not save.

What is brought back was entered while the branch was lent, so its times of entry lie between then and now.
"""

from __future__ import annotations

LENT = "OL001"
"""The error of the database when somebody saves to a lent branch; its detail says who took it and when, as JSON."""
NO_LOAN = "OL002"
"""The error when a loan is brought back or ended that is not (or no longer) there."""

LOANS = """
CREATE TABLE orglife.loan (
  token text COLLATE "C" PRIMARY KEY,
  branch text COLLATE "C" NOT NULL,
  who text COLLATE "C" NOT NULL,
  login name NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  heads json NOT NULL,
  ended timestamptz,
  how text COLLATE "C" CHECK (how IN ('returned', 'again', 'ended')),
  ended_who text COLLATE "C",
  ended_login name,
  reason text COLLATE "C",
  ended_in xid8,
  CHECK ((ended IS NULL) = (how IS NULL)),
  CHECK (how IS DISTINCT FROM 'ended' OR reason ~ '[^[:space:]]')
);
CREATE UNIQUE INDEX loan_open ON orglife.loan (branch) WHERE ended IS NULL;
CREATE INDEX loan_branch ON orglife.loan (branch, since);
CREATE TRIGGER loan_kept BEFORE DELETE OR TRUNCATE ON orglife.loan
  FOR EACH STATEMENT EXECUTE FUNCTION orglife.append_only();

-- Waits for whoever saves to the branch, and lets nobody begin until the transaction ends.
CREATE FUNCTION orglife.hold_branch(a_branch text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'loan: not in this isolation level' USING ERRCODE = '42501';
  END IF;
  PERFORM FROM orglife.login l WHERE l.kind = 'branch' AND l.branch = a_branch ORDER BY l.role FOR UPDATE;
END $$;

CREATE FUNCTION orglife.end_open_loan(a_branch text, a_token text, a_how text, a_who text, a_reason text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE orglife.loan l SET ended = clock_timestamp(), how = a_how, ended_who = a_who, ended_login = session_user,
      reason = a_reason, ended_in = pg_current_xact_id()
    WHERE l.branch = a_branch AND l.ended IS NULL AND (a_token IS NULL OR l.token = a_token);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'loan: none is open' USING ERRCODE = 'OL002';
  END IF;
END $$;

CREATE FUNCTION orglife.lend(a_token text, a_who text, again boolean) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE own text := orglife.own_branch(); open orglife.loan;
BEGIN
  IF orglife.kind() IS DISTINCT FROM 'branch' THEN
    RAISE EXCEPTION 'loan: only a branch itself' USING ERRCODE = '42501';
  END IF;
  PERFORM orglife.hold_branch(own);
  IF again THEN
    PERFORM orglife.end_open_loan(own, NULL, 'again', a_who, NULL);
  END IF;
  SELECT * INTO open FROM orglife.loan l WHERE l.branch = own AND l.ended IS NULL;
  IF FOUND THEN
    RAISE EXCEPTION 'loan: lent already' USING ERRCODE = 'OL001',
      DETAIL = json_build_object('branch', open.branch, 'who', open.who, 'since', open.since)::text;
  END IF;
  INSERT INTO orglife.loan (token, branch, who, login, heads)
    SELECT a_token, own, a_who, session_user, coalesce(json_object_agg(c.campaign, json_build_array(c.number, c.hash)
      ORDER BY c.campaign) FILTER (WHERE c.number > 0), '{}') FROM orglife.chain c WHERE c.branch = own;
END $$;

CREATE FUNCTION orglife.bring_back(a_token text, a_who text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE own text := orglife.own_branch();
BEGIN
  IF orglife.kind() IS DISTINCT FROM 'branch' THEN
    RAISE EXCEPTION 'loan: only a branch itself' USING ERRCODE = '42501';
  END IF;
  PERFORM orglife.hold_branch(own);
  PERFORM orglife.end_open_loan(own, coalesce(a_token, ''), 'returned', a_who, NULL);
END $$;

CREATE FUNCTION orglife.end_loan(a_branch text, a_who text, a_reason text) RETURNS void LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF orglife.kind() IS NULL OR orglife.kind() NOT IN ('bureau', 'intake') THEN
    RAISE EXCEPTION 'loan: only the bureau' USING ERRCODE = '42501';
  END IF;
  PERFORM orglife.hold_branch(a_branch);
  PERFORM orglife.end_open_loan(a_branch, NULL, 'ended', a_who, coalesce(a_reason, ''));
END $$;

CREATE FUNCTION orglife.not_lent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE open orglife.loan;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION '%: not in this isolation level', TG_TABLE_NAME USING ERRCODE = '42501';
  END IF;
  PERFORM FROM orglife.login l WHERE l.kind = 'branch' AND l.branch IN (SELECT f.branch FROM fresh f)
    ORDER BY l.role FOR KEY SHARE;
  SELECT * INTO open FROM orglife.loan l WHERE l.ended IS NULL AND l.branch IN (SELECT f.branch FROM fresh f)
    ORDER BY l.branch LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '%: lent', TG_TABLE_NAME USING ERRCODE = 'OL001',
      DETAIL = json_build_object('branch', open.branch, 'who', open.who, 'since', open.since)::text;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER revision_not_lent AFTER INSERT ON orglife.revision REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION orglife.not_lent();
CREATE TRIGGER draft_not_lent AFTER INSERT ON orglife.draft REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION orglife.not_lent();

-- The time of entry was checked by revision_continues, which knows of no loans.
CREATE FUNCTION orglife.entered_in_time() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF orglife.kind() IS DISTINCT FROM 'intake' AND EXISTS (SELECT FROM fresh f LEFT JOIN orglife.loan l
      ON l.branch = f.branch AND l.how = 'returned' AND l.ended_in = pg_current_xact_id()
      WHERE f.at::timestamptz NOT BETWEEN coalesce(l.since, f.received) - interval '10 minutes'
        AND f.received + interval '10 minutes') THEN
    RAISE EXCEPTION 'revision: not entered at its time' USING ERRCODE = '23000';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER revision_in_time AFTER INSERT ON orglife.revision REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION orglife.entered_in_time();

CREATE OR REPLACE FUNCTION orglife.revision_continues() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE one record; before orglife.chain;
BEGIN
  FOR one IN SELECT f.campaign, f.branch, min(f.number) AS first, max(f.number) AS last, count(*) AS many FROM fresh f
             GROUP BY f.campaign, f.branch ORDER BY f.campaign, f.branch LOOP
    INSERT INTO orglife.chain AS c (campaign, branch) VALUES (one.campaign, one.branch) ON CONFLICT DO NOTHING;
    SELECT * INTO before FROM orglife.chain c
      WHERE c.campaign = one.campaign AND c.branch = one.branch FOR UPDATE;
    IF one.first <> before.number + 1 OR one.many <> one.last - one.first + 1 OR EXISTS (
        SELECT FROM (SELECT f.prev, coalesce(lag(f.hash) OVER (ORDER BY f.number), before.hash) AS due FROM fresh f
          WHERE f.campaign = one.campaign AND f.branch = one.branch) x WHERE x.prev <> x.due) THEN
      RAISE EXCEPTION 'revision: does not continue its chain' USING ERRCODE = '23000';
    END IF;
    IF EXISTS (SELECT FROM (SELECT f.type, f.record,
          f.version - row_number() OVER (PARTITION BY f.type, f.record ORDER BY f.number) AS base FROM fresh f
          WHERE f.campaign = one.campaign AND f.branch = one.branch) x GROUP BY x.type, x.record
        HAVING min(x.base) <> max(x.base) OR min(x.base) < 0 OR (min(x.base) > 0 AND NOT EXISTS (
          SELECT FROM orglife.revision r WHERE r.campaign = one.campaign AND r.branch = one.branch AND r.type = x.type
            AND r.record = x.record AND r.version = min(x.base)))) THEN
      RAISE EXCEPTION 'revision: versions have a gap' USING ERRCODE = '23000';
    END IF;
    UPDATE orglife.chain c SET number = one.last,
      hash = (SELECT f.hash FROM fresh f WHERE f.campaign = one.campaign AND f.branch = one.branch AND f.number = one.last)
      WHERE c.campaign = one.campaign AND c.branch = one.branch;
  END LOOP;
  IF EXISTS (SELECT FROM fresh f WHERE f.hash <> orglife.revision_hash(f.campaign, f.branch, f.number, f.type, f.record,
      f.version, f.who, f.at, f.action, f.body, f.prev)) THEN
    RAISE EXCEPTION 'revision: not what its hash says' USING ERRCODE = '23000';
  END IF;
  RETURN NULL;
END $$;

ALTER TABLE orglife.loan ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON orglife.loan FOR SELECT TO orglife_user
  USING (branch = (SELECT orglife.own_branch()) OR (SELECT orglife.kind()) IN ('bureau', 'intake'));
GRANT SELECT ON orglife.loan TO orglife_user;
REVOKE ALL ON FUNCTION orglife.hold_branch(text), orglife.end_open_loan(text, text, text, text, text),
  orglife.lend(text, text, boolean), orglife.bring_back(text, text), orglife.end_loan(text, text, text),
  orglife.not_lent(), orglife.entered_in_time() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION orglife.lend(text, text, boolean), orglife.bring_back(text, text),
  orglife.end_loan(text, text, text) TO orglife_user;
"""
